using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Apps.V1;

/// <summary>Keeps Pods that each have a lasting name and, if wanted, storage of their own.</summary>
[Kind("apps", "v1", "statefulsets")]
public sealed record StatefulSet : KubeObject
{
    /// <summary>Which Pods are wanted, how many, and how they are replaced.</summary>
    [Proto(2), Default("{}")] public StatefulSetSpec? Spec { get; init; }

    /// <summary>How far the StatefulSet has come.</summary>
    [Proto(3)] public StatefulSetStatus? Status { get; init; }
}

/// <summary>The desired state of a StatefulSet.</summary>
public sealed record StatefulSetSpec
{
    /// <summary>How many Pods are wanted; 1 if not given.</summary>
    [Proto(1, Pointer = true)] public int? Replicas { get; init; }

    /// <summary>Which Pods belong to the StatefulSet. It must match the template's labels and cannot be changed.</summary>
    [Proto(2), Required] public LabelSelector? Selector { get; init; }

    /// <summary>What the Pods look like. Each is named after the StatefulSet and its number, such as web-3.</summary>
    [Proto(3), Required] public PodTemplateSpec? Template { get; init; }

    /// <summary>Claims that each Pod has for itself; a claim's name is that of a volume of the template.</summary>
    [Proto(4), Atomic] public IReadOnlyList<PersistentVolumeClaim>? VolumeClaimTemplates { get; init; }

    /// <summary>The Service under whose name the Pods have names in DNS.</summary>
    [Proto(5)] public string? ServiceName { get; init; }

    /// <summary>OrderedReady makes and deletes Pods one after the other (if not given), Parallel all at once.</summary>
    [Proto(6), Default("\"OrderedReady\"")] public string? PodManagementPolicy { get; init; }

    /// <summary>How Pods with an old template are replaced.</summary>
    [Proto(7), Default("{}")] public StatefulSetUpdateStrategy? UpdateStrategy { get; init; }

    /// <summary>How many old templates are kept to roll back to; 10 if not given.</summary>
    [Proto(8, Pointer = true), Default("10")] public int? RevisionHistoryLimit { get; init; }

    /// <summary>Seconds that a new Pod must be ready, without a crash, to count as available; 0 if not given.</summary>
    [Proto(9)] public int? MinReadySeconds { get; init; }

    /// <summary>What becomes of the claims when the StatefulSet or a Pod of it goes.</summary>
    [Proto(10), Default("{}")] public StatefulSetPersistentVolumeClaimRetentionPolicy? PersistentVolumeClaimRetentionPolicy { get; init; }

    /// <summary>How the Pods are numbered; from 0 if not given.</summary>
    [Proto(11)] public StatefulSetOrdinals? Ordinals { get; init; }
}

/// <summary>How a StatefulSet replaces its Pods.</summary>
public sealed record StatefulSetUpdateStrategy
{
    /// <summary>RollingUpdate (if not given), or OnDelete: when somebody deletes them.</summary>
    [Proto(1)] public string? Type { get; init; }

    /// <summary>Settings of RollingUpdate; only for that type.</summary>
    [Proto(2)] public RollingUpdateStatefulSetStrategy? RollingUpdate { get; init; }
}

/// <summary>Settings of a rolling update of a StatefulSet.</summary>
public sealed record RollingUpdateStatefulSetStrategy
{
    /// <summary>Pods with a lower number keep the old template; 0 if not given.</summary>
    [Proto(1, Pointer = true)] public int? Partition { get; init; }

    /// <summary>How many Pods may be missing, a number or a percentage rounded up; 1 if not given.</summary>
    [Proto(2, Pointer = true)] public IntOrString? MaxUnavailable { get; init; }
}

/// <summary>What becomes of the claims that a StatefulSet made.</summary>
public sealed record StatefulSetPersistentVolumeClaimRetentionPolicy
{
    /// <summary>When the StatefulSet is deleted: Retain or Delete.</summary>
    [Proto(1), Default("\"Retain\"")] public string? WhenDeleted { get; init; }

    /// <summary>When fewer Pods are wanted: Retain or Delete.</summary>
    [Proto(2), Default("\"Retain\"")] public string? WhenScaled { get; init; }
}

/// <summary>How the Pods of a StatefulSet are numbered.</summary>
public sealed record StatefulSetOrdinals
{
    /// <summary>The number of the first Pod.</summary>
    [Proto(1), Required, Zero] public int Start { get; init; }
}

/// <summary>The observed state of a StatefulSet.</summary>
public sealed record StatefulSetStatus
{
    /// <summary>The generation that the controller last acted on.</summary>
    [Proto(1)] public long? ObservedGeneration { get; init; }

    /// <summary>How many Pods there are.</summary>
    [Proto(2), Required, Zero] public int Replicas { get; init; }

    /// <summary>How many of them are ready.</summary>
    [Proto(3)] public int? ReadyReplicas { get; init; }

    /// <summary>How many have the template of currentRevision.</summary>
    [Proto(4)] public int? CurrentReplicas { get; init; }

    /// <summary>How many have the template of updateRevision.</summary>
    [Proto(5)] public int? UpdatedReplicas { get; init; }

    /// <summary>The ControllerRevision of Pods that an update has not reached.</summary>
    [Proto(6)] public string? CurrentRevision { get; init; }

    /// <summary>The ControllerRevision of Pods that it has reached.</summary>
    [Proto(7)] public string? UpdateRevision { get; init; }

    /// <summary>Counts hash collisions, so that a new ControllerRevision gets a name of its own.</summary>
    [Proto(9, Pointer = true)] public int? CollisionCount { get; init; }

    /// <summary>Aspects of the current state.</summary>
    [Proto(10), ListMap("type")] public IReadOnlyList<StatefulSetCondition>? Conditions { get; init; }

    /// <summary>How many have been ready for minReadySeconds.</summary>
    [Proto(11)] public int? AvailableReplicas { get; init; }
}

/// <summary>One aspect of a StatefulSet's state.</summary>
public sealed record StatefulSetCondition
{
    /// <summary>What the condition is about.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Proto(2), Required, Zero] public string Status { get; init; } = "";

    /// <summary>When the status last changed.</summary>
    [Proto(3)] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One CamelCase word for the last change.</summary>
    [Proto(4)] public string? Reason { get; init; }

    /// <summary>Details for people.</summary>
    [Proto(5)] public string? Message { get; init; }
}
