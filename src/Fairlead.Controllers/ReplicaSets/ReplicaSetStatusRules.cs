using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Controllers.Pods;

namespace Fairlead.Controllers.ReplicaSets;

/// <summary>The status of a ReplicaSet, from its Pods.</summary>
public static class ReplicaSetStatusRules
{
    /// <param name="failure">Why Pods could not be made, or null.</param>
    public static ReplicaSetStatus Of(ReplicaSet set, IReadOnlyList<Pod> active, string? failure, DateTimeOffset now)
    {
        var labels = set.Spec?.Template?.Metadata?.Labels ?? new Dictionary<string, string>();
        var seconds = set.Spec?.MinReadySeconds ?? 0;
        return new ReplicaSetStatus
        {
            Replicas = active.Count,
            FullyLabeledReplicas = NoneIfZero(active.Count(p => labels.All(l => p.Metadata.Labels?.GetValueOrDefault(l.Key) == l.Value))),
            ReadyReplicas = NoneIfZero(active.Count(PodState.IsReady)),
            AvailableReplicas = NoneIfZero(active.Count(p => PodState.IsAvailable(p, seconds, now))),
            ObservedGeneration = set.Metadata.Generation,
            Conditions = failure is null ? null : [Failed(set, failure, now)],
        };
    }

    /// <summary>True if writing the second over the first would change nothing that matters.</summary>
    public static bool Same(ReplicaSetStatus? old, ReplicaSetStatus now) =>
        old is not null && old.Replicas == now.Replicas && old.FullyLabeledReplicas == now.FullyLabeledReplicas
        && old.ReadyReplicas == now.ReadyReplicas && old.AvailableReplicas == now.AvailableReplicas
        && old.ObservedGeneration == now.ObservedGeneration
        && (old.Conditions ?? []).SequenceEqual(now.Conditions ?? []);

    static ReplicaSetCondition Failed(ReplicaSet set, string failure, DateTimeOffset now)
    {
        var before = set.Status?.Conditions?.FirstOrDefault(c => c.Type == "ReplicaFailure");
        return new ReplicaSetCondition
        {
            Type = "ReplicaFailure",
            Status = "True",
            Reason = "FailedCreate",
            Message = failure,
            LastTransitionTime = before?.LastTransitionTime ?? now,
        };
    }

    static int? NoneIfZero(int count) => count == 0 ? null : count;
}
