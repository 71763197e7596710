using System.Collections.Concurrent;
using System.Globalization;
using Fairlead.Api.Core.V1;
using Fairlead.Client;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>
/// When the change happened that made a Service's endpoints be written: the annotation by which the delay until the nodes
/// know of it is measured. Thread-safe, but one caller a key at a time.
/// </summary>
public sealed class TriggerTimes
{
    public const string Annotation = "endpoints.kubernetes.io/last-change-trigger-time";

    readonly ConcurrentDictionary<ObjectKey, Seen> seen = [];

    // What was seen at the last call: a time later than these belongs to a new change.
    sealed record Seen(DateTimeOffset Service, Dictionary<string, DateTimeOffset> Pods);

    /// <summary>
    /// The earliest change since the last call: a Pod that became ready or not, or the Service's creation. Null if nothing
    /// that has a time changed, such as when a label did.
    /// </summary>
    public DateTimeOffset? Next(ObjectKey key, Service service, IReadOnlyList<Pod> pods)
    {
        var made = service.Metadata.CreationTimestamp ?? default;
        var now = new Seen(made, []);
        var before = seen.GetValueOrDefault(key);
        DateTimeOffset? earliest = made > (before?.Service ?? default) ? made : null;
        foreach (var pod in pods)
        {
            if (pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.LastTransitionTime is not { } time) continue;
            now.Pods[pod.Metadata.Name!] = time;
            if (time > (before?.Pods.GetValueOrDefault(pod.Metadata.Name!) ?? default) && (earliest is null || time < earliest)) earliest = time;
        }
        seen[key] = now;
        return before is null ? made == default ? null : made : earliest;
    }

    public void Forget(ObjectKey key) => seen.TryRemove(key, out _);

    /// <summary>The annotations with the time of the change, or without when there is none.</summary>
    public static IReadOnlyDictionary<string, string>? Annotate(IReadOnlyDictionary<string, string>? annotations, DateTimeOffset? time)
    {
        if (time is null && annotations?.ContainsKey(Annotation) != true) return annotations;
        var now = new Dictionary<string, string>(annotations ?? new Dictionary<string, string>());
        if (time is { } at) now[Annotation] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
        else now.Remove(Annotation);
        return now.Count == 0 ? null : now;
    }
}
