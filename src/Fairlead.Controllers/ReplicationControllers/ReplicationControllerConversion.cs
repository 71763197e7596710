using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;

namespace Fairlead.Controllers.ReplicationControllers;

/// <summary>A ReplicationController as if it were an older version of ReplicaSet. Pure.</summary>
public static class ReplicationControllerConversion
{
    /// <summary>The ReplicaSet of the same metadata, wish and status. Without a selector it has none, which matches nothing.</summary>
    public static ReplicaSet ToReplicaSet(ReplicationController controller) => new()
    {
        Metadata = controller.Metadata,
        Spec = controller.Spec is not { } spec ? null : new ReplicaSetSpec
        {
            Replicas = spec.Replicas,
            MinReadySeconds = spec.MinReadySeconds,
            Selector = spec.Selector is { Count: > 0 } labels ? new() { MatchLabels = labels } : null,
            Template = spec.Template,
        },
        Status = controller.Status is not { } status ? null : new ReplicaSetStatus
        {
            Replicas = status.Replicas,
            FullyLabeledReplicas = status.FullyLabeledReplicas,
            ReadyReplicas = status.ReadyReplicas,
            AvailableReplicas = status.AvailableReplicas,
            ObservedGeneration = status.ObservedGeneration,
            Conditions = status.Conditions?.Select(c => new ReplicaSetCondition
            {
                Type = c.Type, Status = c.Status, LastTransitionTime = c.LastTransitionTime, Reason = c.Reason, Message = c.Message,
            }).ToList(),
        },
    };

    /// <summary>The status back; a ReplicationController does not say how many Pods terminate.</summary>
    public static ReplicationControllerStatus Status(ReplicaSetStatus status) => new()
    {
        Replicas = status.Replicas,
        FullyLabeledReplicas = status.FullyLabeledReplicas,
        ReadyReplicas = status.ReadyReplicas,
        AvailableReplicas = status.AvailableReplicas,
        ObservedGeneration = status.ObservedGeneration,
        Conditions = status.Conditions?.Select(c => new ReplicationControllerCondition
        {
            Type = c.Type, Status = c.Status, LastTransitionTime = c.LastTransitionTime, Reason = c.Reason, Message = c.Message,
        }).ToList(),
    };
}
