using Fairlead.Api.Core.V1;
using Fairlead.Controllers.Pods;

namespace Fairlead.Controllers.ReplicaSets;

/// <summary>
/// Which Pods a ReplicaSet gives up first: those that would be missed least. In this order: unassigned, pending, not
/// ready, lower deletion cost, on a node with more Pods of the same Deployment, ready for a shorter time, restarted more
/// often, younger. Times count by their order of magnitude, so that among Pods of about the same age chance (the uid)
/// decides and not the order in which nodes were filled (KEP-2185).
/// </summary>
public static class PodRanking
{
    const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";

    /// <summary>The first <paramref name="count"/> to give up.</summary>
    /// <param name="related">The active Pods of all sets of the same owner, this one's included.</param>
    public static IEnumerable<Pod> FirstToGo(IReadOnlyList<Pod> pods, IReadOnlyList<Pod> related, int count, DateTimeOffset now)
    {
        var onNode = related.Where(p => !string.IsNullOrEmpty(p.Spec?.NodeName)).CountBy(p => p.Spec!.NodeName!).ToDictionary();
        return pods
            .OrderBy(p => string.IsNullOrEmpty(p.Spec?.NodeName) ? 0 : 1)
            .ThenBy(p => p.Status?.Phase switch { "Pending" => 0, "Unknown" => 1, _ => 2 })
            .ThenBy(p => PodState.IsReady(p) ? 1 : 0)
            .ThenBy(Cost)
            .ThenByDescending(p => p.Spec?.NodeName is { } node ? onNode.GetValueOrDefault(node) : 0)
            .ThenBy(p => Magnitude(ReadySince(p), now))
            .ThenByDescending(Restarts)
            .ThenBy(p => Magnitude(p.Metadata.CreationTimestamp, now))
            .ThenBy(p => p.Metadata.Uid, StringComparer.Ordinal)
            .Take(count);
    }

    static int Cost(Pod pod) =>
        pod.Metadata.Annotations?.TryGetValue(DeletionCost, out var text) == true && int.TryParse(text, out var cost) ? cost : 0;

    static int Restarts(Pod pod) => pod.Status?.ContainerStatuses is { Count: > 0 } all ? all.Max(c => c.RestartCount) : 0;

    static DateTimeOffset? ReadySince(Pod pod) =>
        PodState.IsReady(pod) ? pod.Status!.Conditions!.First(c => c.Type == "Ready").LastTransitionTime : null;

    // The logarithm of the age in nanoseconds, as upstream counts it; -1 without one.
    static int Magnitude(DateTimeOffset? since, DateTimeOffset now) =>
        since is { } time && now > time ? (int)Math.Log2((now - time).TotalNanoseconds) : -1;
}
