using System.Text.Json.Nodes;
using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Client.Events;

/// <summary>
/// Writes Events about objects, from a queue of its own: whoever records never waits. The same event again raises the
/// count of the first one instead of making another. An event that can't be written, or that finds the queue full, is
/// dropped.
/// </summary>
public sealed class EventRecorder(KubeClient client, TimeProvider time)
{
    // What was written lately, to count repeats; cleared when it grows past this.
    const int Remembered = 4096;

    // As upstream's broadcaster: beyond so many that wait, new ones are dropped.
    const int Waiting = 1000;

    readonly Dictionary<(string Uid, string Reason, string Message), (string Name, int Count)> written = [];
    readonly Channel<Wish> wishes = Channel.CreateBounded<Wish>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    sealed record Wish(KubeObject About, string Component, string Type, string Reason, string Message, DateTimeOffset At);

    /// <param name="component">Who reports, such as replicaset-controller.</param>
    /// <param name="type">Normal or Warning.</param>
    public void Record(KubeObject about, string component, string type, string reason, string message) =>
        wishes.Writer.TryWrite(new(about, component, type, reason, message, time.GetUtcNow()));

    /// <summary>Writes what is recorded until cancelled; what still waits then is dropped.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var wish in wishes.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            try { await WriteAsync(wish, cancellation).ConfigureAwait(false); }
            catch (Exception e) when (e is ApiException or HttpRequestException or IOException)
            {
                written.Remove(KeyOf(wish));
            }
        }
    }

    async Task WriteAsync(Wish wish, CancellationToken cancellation)
    {
        var about = wish.About;
        var ns = string.IsNullOrEmpty(about.Metadata.Namespace) ? "default" : about.Metadata.Namespace;
        if (written.TryGetValue(KeyOf(wish), out var before))
        {
            written[KeyOf(wish)] = before with { Count = before.Count + 1 };
            var patch = new JsonObject { ["count"] = before.Count + 1, ["lastTimestamp"] = wish.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") };
            await client.MergePatchAsync<Event>(ns, before.Name, patch, "", cancellation).ConfigureAwait(false);
            return;
        }
        var made = await client.CreateAsync(New(about, ns, wish.Component, wish.Type, wish.Reason, wish.Message, wish.At), cancellation).ConfigureAwait(false);
        if (written.Count > Remembered) written.Clear();
        written[KeyOf(wish)] = (made.Metadata.Name!, 1);
    }

    static (string, string, string) KeyOf(Wish wish) => (wish.About.Metadata.Uid ?? "", wish.Reason, wish.Message);

    static Event New(KubeObject about, string ns, string component, string type, string reason, string message, DateTimeOffset now) => new()
    {
        Metadata = new ObjectMeta { GenerateName = about.Metadata.Name + ".", Namespace = ns },
        InvolvedObject = new ObjectReference
        {
            ApiVersion = about.ApiVersion,
            Kind = about.Kind,
            Namespace = about.Metadata.Namespace,
            Name = about.Metadata.Name,
            Uid = about.Metadata.Uid,
            ResourceVersion = about.Metadata.ResourceVersion,
        },
        Type = type,
        Reason = reason,
        Message = message,
        Source = new EventSource { Component = component },
        ReportingComponent = component,
        ReportingInstance = "",
        FirstTimestamp = now,
        LastTimestamp = now,
        Count = 1,
    };
}
