using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Node.Pods;

namespace Fairlead.Node.Events;

/// <summary>
/// Writes Events about Pods and the Node, off the path of what they tell about. The same thing told again within the
/// time an Event lives raises its count. When more come than can be written the newest are dropped: events are news,
/// not records.
/// </summary>
sealed class EventRecorder(KubeClient client, string nodeName, TimeProvider time)
{
    const int Waiting = 1000, Remembered = 4096;

    readonly Channel<Note> notes = Channel.CreateBounded<Note>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    readonly Dictionary<Note, Event> written = [];

    public void Record(Pod pod, ContainerFields container, string type, string reason, string message)
    {
        var list = PodRules.InitContainers(pod).Any(c => c.Name == container.Name) ? "initContainers" : "containers";
        Write(Reference(pod) with { FieldPath = $"spec.{list}{{{container.Name}}}" }, type, reason, message);
    }

    public void Record(Pod pod, string type, string reason, string message) => Write(Reference(pod), type, reason, message);

    public void RecordNode(string type, string reason, string message) =>
        Write(new ObjectReference { Kind = "Node", ApiVersion = "v1", Name = nodeName, Uid = nodeName }, type, reason, message);

    /// <summary>Writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var note in notes.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            try { await WriteAsync(note, cancellation).ConfigureAwait(false); }
            // An event about a Pod whose namespace ends is refused, and one that can't be written now is not worth a retry.
            catch (Exception e) when (e is ApiException or HttpRequestException or IOException) { written.Remove(note); }
        }
    }

    void Write(ObjectReference about, string type, string reason, string message) => notes.Writer.TryWrite(new(about, type, reason, message));

    async Task WriteAsync(Note note, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (written.TryGetValue(note, out var old))
        {
            var again = old with { Count = old.Count + 1, LastTimestamp = now, Metadata = old.Metadata with { ResourceVersion = null, ManagedFields = null } };
            try
            {
                written[note] = await client.UpdateAsync(again, cancellation).ConfigureAwait(false);
                return;
            }
            catch (ApiException e) when (e.IsNotFound) { written.Remove(note); }
        }
        if (written.Count >= Remembered) written.Clear();
        written[note] = await client.CreateAsync(Fresh(note, now), cancellation).ConfigureAwait(false);
    }

    Event Fresh(Note note, DateTimeOffset now) => new()
    {
        Metadata = new() { Name = $"{note.About.Name}.{now.UtcTicks:x}{Random.Shared.Next(256):x2}", Namespace = note.About.Namespace ?? "default" },
        InvolvedObject = note.About,
        Reason = note.Reason,
        Message = note.Message,
        Type = note.Type,
        Source = new() { Component = "kubelet", Host = nodeName },
        ReportingComponent = "kubelet",
        ReportingInstance = nodeName,
        FirstTimestamp = now,
        LastTimestamp = now,
        Count = 1,
    };

    static ObjectReference Reference(Pod pod) => new()
    {
        Kind = "Pod",
        ApiVersion = "v1",
        Namespace = pod.Metadata.Namespace,
        Name = pod.Metadata.Name,
        Uid = pod.Metadata.Uid,
        ResourceVersion = null,
    };

    sealed record Note(ObjectReference About, string Type, string Reason, string Message);
}
