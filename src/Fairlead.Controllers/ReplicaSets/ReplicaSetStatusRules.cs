using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Controllers.Pods;

namespace Fairlead.Controllers.ReplicaSets;

/// <summary>The status of a ReplicaSet, from its Pods. Pure.</summary>
public static class ReplicaSetStatusRules
{
    const string Failure = "ReplicaFailure";

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
            Conditions = Conditions(set.Status?.Conditions ?? [], failure, now),
        };
    }

    /// <summary>How long after the status of that moment the next Pod counts as available if nothing changes; null for none.</summary>
    public static TimeSpan? NextAvailability(ReplicaSet set, IReadOnlyList<Pod> active, DateTimeOffset now) =>
        active.Select(p => PodState.AvailableIn(p, set.Spec?.MinReadySeconds ?? 0, now)).Where(t => t > TimeSpan.Zero).Min();

    /// <summary>True if writing the second over the first would change nothing that matters.</summary>
    public static bool Same(ReplicaSetStatus? old, ReplicaSetStatus now) =>
        old is not null && old.Replicas == now.Replicas && old.FullyLabeledReplicas == now.FullyLabeledReplicas
        && old.ReadyReplicas == now.ReadyReplicas && old.AvailableReplicas == now.AvailableReplicas
        && old.ObservedGeneration == now.ObservedGeneration
        && (old.Conditions ?? []).SequenceEqual(now.Conditions ?? []);

    /// <summary>
    /// Conditions of others stay. A failure that lasts keeps its first words: those of the next attempt name another Pod,
    /// and a status that changed would bring that attempt at once.
    /// </summary>
    static IReadOnlyList<ReplicaSetCondition>? Conditions(IReadOnlyList<ReplicaSetCondition> old, string? failure, DateTimeOffset now)
    {
        if (failure is null) old = [.. old.Where(c => c.Type != Failure)];
        else if (old.All(c => c.Type != Failure))
            old = [.. old, new ReplicaSetCondition { Type = Failure, Status = "True", Reason = "FailedCreate", Message = failure, LastTransitionTime = now }];
        return old.Count == 0 ? null : old;
    }

    static int? NoneIfZero(int count) => count == 0 ? null : count;
}
