using Fairlead.Api.Core.V1;
using Fairlead.Controllers.Pods;

namespace Fairlead.Controllers.ReplicaSets;

/// <summary>
/// Which Pods a ReplicaSet gives up first: those that would be missed least. In this order: unassigned, pending, not
/// ready, lower deletion cost, on a node with more of the same set, ready for a shorter time, restarted more often,
/// younger.
/// </summary>
public static class PodRanking
{
    const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";

    /// <summary>The first <paramref name="count"/> to give up.</summary>
    public static IEnumerable<Pod> FirstToGo(IReadOnlyList<Pod> pods, int count)
    {
        var onNode = pods.Where(p => p.Spec?.NodeName is not null).CountBy(p => p.Spec!.NodeName!).ToDictionary();
        return pods
            .OrderBy(p => string.IsNullOrEmpty(p.Spec?.NodeName) ? 0 : 1)
            .ThenBy(p => p.Status?.Phase switch { "Pending" => 0, "Unknown" => 1, _ => 2 })
            .ThenBy(p => PodState.IsReady(p) ? 1 : 0)
            .ThenBy(Cost)
            .ThenByDescending(p => p.Spec?.NodeName is { } node ? onNode[node] : 0)
            .ThenByDescending(ReadySince)
            .ThenByDescending(p => p.Status?.ContainerStatuses?.Max(c => c.RestartCount) ?? 0)
            .ThenByDescending(p => p.Metadata.CreationTimestamp)
            .Take(count);
    }

    static int Cost(Pod pod) =>
        pod.Metadata.Annotations?.TryGetValue(DeletionCost, out var text) == true && int.TryParse(text, out var cost) ? cost : 0;

    static DateTimeOffset ReadySince(Pod pod) =>
        pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.LastTransitionTime ?? default;
}
