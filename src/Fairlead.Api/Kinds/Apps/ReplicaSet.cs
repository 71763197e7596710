using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Apps.V1;

/// <summary>Keeps a number of Pods of one template running.</summary>
[Kind("apps", "v1", "replicasets")]
public sealed record ReplicaSet : KubeObject
{
    /// <summary>Which Pods are wanted, and how many.</summary>
    [Proto(2), Default("{}")] public ReplicaSetSpec? Spec { get; init; }

    /// <summary>How many there are.</summary>
    [Proto(3)] public ReplicaSetStatus? Status { get; init; }
}

/// <summary>The desired state of a ReplicaSet.</summary>
public sealed record ReplicaSetSpec
{
    /// <summary>How many Pods are wanted; 1 if not given.</summary>
    [Proto(1, Pointer = true)] public int? Replicas { get; init; }

    /// <summary>Seconds that a new Pod must be ready, without a crash, to count as available; 0 if not given.</summary>
    [Proto(4)] public int? MinReadySeconds { get; init; }

    /// <summary>Which Pods belong to the set. It must match the template's labels and cannot be changed.</summary>
    [Proto(2), Required] public LabelSelector? Selector { get; init; }

    /// <summary>What the Pods look like that are made when some are missing.</summary>
    [Proto(3)] public PodTemplateSpec? Template { get; init; }
}

/// <summary>The observed state of a ReplicaSet.</summary>
public sealed record ReplicaSetStatus
{
    /// <summary>How many Pods there are that do not terminate.</summary>
    [Proto(1), Required, Zero] public int Replicas { get; init; }

    /// <summary>How many of them have all labels of the template.</summary>
    [Proto(2)] public int? FullyLabeledReplicas { get; init; }

    /// <summary>How many of them are ready.</summary>
    [Proto(4)] public int? ReadyReplicas { get; init; }

    /// <summary>How many of them have been ready for minReadySeconds.</summary>
    [Proto(5)] public int? AvailableReplicas { get; init; }

    /// <summary>How many Pods have a deletion timestamp and have not ended yet.</summary>
    [Proto(7, Pointer = true)] public int? TerminatingReplicas { get; init; }

    /// <summary>The generation that the controller last acted on.</summary>
    [Proto(3)] public long? ObservedGeneration { get; init; }

    /// <summary>Aspects of the set's state, such as ReplicaFailure.</summary>
    [Proto(6), ListMap("type")] public IReadOnlyList<ReplicaSetCondition>? Conditions { get; init; }
}

/// <summary>One aspect of a ReplicaSet's state.</summary>
public sealed record ReplicaSetCondition
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
