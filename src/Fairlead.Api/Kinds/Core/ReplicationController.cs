using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Keeps a number of equal Pods running: what ReplicaSets were before.</summary>
[Kind("", "v1", "replicationcontrollers")]
public sealed record ReplicationController : KubeObject
{
    /// <summary>Which Pods are wanted and how many.</summary>
    [Proto(2), Default("{}")] public ReplicationControllerSpec? Spec { get; init; }

    /// <summary>How many there are.</summary>
    [Proto(3)] public ReplicationControllerStatus? Status { get; init; }
}

/// <summary>The desired state of a ReplicationController.</summary>
public sealed record ReplicationControllerSpec
{
    /// <summary>How many Pods are wanted; 1 if not given.</summary>
    [Proto(1, Pointer = true), Default("1")] public int? Replicas { get; init; }

    /// <summary>Seconds that a new Pod must be ready, without a crash, to count as available; 0 if not given.</summary>
    [Proto(4)] public int? MinReadySeconds { get; init; }

    /// <summary>Labels of the Pods that belong to it; those of the template if not given.</summary>
    [Proto(2), Atomic] public IReadOnlyDictionary<string, string>? Selector { get; init; }

    /// <summary>What the Pods look like. Its restartPolicy must be Always.</summary>
    [Proto(3)] public PodTemplateSpec? Template { get; init; }
}

/// <summary>The observed state of a ReplicationController.</summary>
public sealed record ReplicationControllerStatus
{
    /// <summary>How many Pods there are.</summary>
    [Proto(1), Required, Zero] public int Replicas { get; init; }

    /// <summary>How many of them have all labels of the template.</summary>
    [Proto(2)] public int? FullyLabeledReplicas { get; init; }

    /// <summary>How many of them are ready.</summary>
    [Proto(4)] public int? ReadyReplicas { get; init; }

    /// <summary>How many of them have been ready for minReadySeconds.</summary>
    [Proto(5)] public int? AvailableReplicas { get; init; }

    /// <summary>The generation that the controller last acted on.</summary>
    [Proto(3)] public long? ObservedGeneration { get; init; }

    /// <summary>Aspects of the current state, such as ReplicaFailure.</summary>
    [Proto(6), ListMap("type")] public IReadOnlyList<ReplicationControllerCondition>? Conditions { get; init; }
}

/// <summary>One aspect of a ReplicationController's state.</summary>
public sealed record ReplicationControllerCondition
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
