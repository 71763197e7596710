using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;

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

    readonly Dictionary<NewsKey, Event> written = [];
    readonly Channel<News> waiting = Channel.CreateBounded<News>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <param name="component">Who reports, such as replicaset-controller.</param>
    /// <param name="type">Normal or Warning.</param>
    public void Record(KubeObject about, string component, string type, string reason, string message) =>
        Record(Reference(about), new EventSource { Component = component }, type, reason, message);

    /// <param name="about">The object, or a field of it.</param>
    public void Record(ObjectReference about, EventSource source, string type, string reason, string message) =>
        waiting.Writer.TryWrite(new(about, source, new(about.Uid, about.FieldPath, type, reason, message), time.GetUtcNow()));

    /// <summary>Writes what is recorded until cancelled; what still waits then is dropped.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var news in waiting.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            try { await WriteAsync(news, cancellation).ConfigureAwait(false); }
            // An event in a namespace that ends is refused, and one that can't be written now is not worth a retry.
            catch (Exception e) when (e is ApiException or HttpRequestException or IOException) { written.Remove(news.Key); }
        }
    }

    async Task WriteAsync(News news, CancellationToken cancellation)
    {
        if (written.TryGetValue(news.Key, out var old))
        {
            var again = old with { Count = old.Count + 1, LastTimestamp = news.At, Metadata = old.Metadata with { ResourceVersion = null } };
            try
            {
                written[news.Key] = await client.UpdateAsync(again, cancellation).ConfigureAwait(false);
                return;
            }
            catch (ApiException e) when (e.IsNotFound) { written.Remove(news.Key); }
        }
        if (written.Count >= Remembered) written.Clear();
        written[news.Key] = await client.CreateAsync(New(news), cancellation).ConfigureAwait(false);
    }

    static Event New(News news) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = $"{news.About.Name}.{news.At.UtcTicks:x}{Random.Shared.Next(256):x2}",
            Namespace = string.IsNullOrEmpty(news.About.Namespace) ? "default" : news.About.Namespace,
        },
        InvolvedObject = news.About,
        Type = news.Key.Type,
        Reason = news.Key.Reason,
        Message = news.Key.Message,
        Source = news.Source,
        ReportingComponent = news.Source.Component,
        ReportingInstance = news.Source.Host ?? "",
        FirstTimestamp = news.At,
        LastTimestamp = news.At,
        Count = 1,
    };

    static ObjectReference Reference(KubeObject about) => new()
    {
        ApiVersion = about.ApiVersion,
        Kind = about.Kind,
        Namespace = about.Metadata.Namespace,
        Name = about.Metadata.Name,
        Uid = about.Metadata.Uid,
        ResourceVersion = about.Metadata.ResourceVersion,
    };

    // What makes two events the same.
    sealed record NewsKey(string? Uid, string? Field, string Type, string Reason, string Message);

    sealed record News(ObjectReference About, EventSource Source, NewsKey Key, DateTimeOffset At);
}
