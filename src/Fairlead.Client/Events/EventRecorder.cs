using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Client.Events;

/// <summary>
/// Writes Events about objects. The same event again raises the count of the first one instead of making another.
/// An event that can't be written is dropped: nothing waits for it.
/// </summary>
public sealed class EventRecorder(KubeClient client, TimeProvider time)
{
    // What was written lately, to count repeats; cleared when it grows past this.
    const int Remembered = 4096;

    readonly ConcurrentDictionary<(string Uid, string Reason, string Message), (string Name, int Count)> written = new();

    /// <param name="component">Who reports, such as replicaset-controller.</param>
    /// <param name="type">Normal or Warning.</param>
    public async Task RecordAsync(KubeObject about, string component, string type, string reason, string message, CancellationToken cancellation)
    {
        var ns = string.IsNullOrEmpty(about.Metadata.Namespace) ? "default" : about.Metadata.Namespace;
        var key = (about.Metadata.Uid ?? "", reason, message);
        var now = time.GetUtcNow();
        try
        {
            if (written.TryGetValue(key, out var before))
            {
                written[key] = before with { Count = before.Count + 1 };
                var patch = new JsonObject { ["count"] = before.Count + 1, ["lastTimestamp"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") };
                await client.MergePatchAsync<Event>(ns, before.Name, patch, "", cancellation).ConfigureAwait(false);
                return;
            }
            var made = await client.CreateAsync(New(about, ns, component, type, reason, message, now), cancellation).ConfigureAwait(false);
            if (written.Count > Remembered) written.Clear();
            written[key] = (made.Metadata.Name!, 1);
        }
        catch (ApiException) { written.TryRemove(key, out _); }
        catch (HttpRequestException) { }
    }

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
