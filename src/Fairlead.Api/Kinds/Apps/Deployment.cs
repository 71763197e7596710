using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Apps.V1;

/// <summary>Keeps a number of equal Pods running, and replaces them step by step when their template changes.</summary>
[Kind("apps", "v1", "deployments")]
public sealed record Deployment : KubeObject
{
    /// <summary>Which Pods are wanted, how many, and how they are replaced.</summary>
    [Proto(2), Default("{}")] public DeploymentSpec? Spec { get; init; }

    /// <summary>How far the Deployment has come.</summary>
    [Proto(3)] public DeploymentStatus? Status { get; init; }
}

/// <summary>The desired state of a Deployment.</summary>
public sealed record DeploymentSpec
{
    /// <summary>How many Pods are wanted; 1 if not given.</summary>
    [Proto(1, Pointer = true)] public int? Replicas { get; init; }

    /// <summary>Which Pods belong to the Deployment. It must match the template's labels and cannot be changed.</summary>
    [Proto(2), Required] public LabelSelector? Selector { get; init; }

    /// <summary>What the Pods look like. Its restartPolicy must be Always.</summary>
    [Proto(3), Required] public PodTemplateSpec? Template { get; init; }

    /// <summary>How old Pods are replaced by new ones.</summary>
    [Proto(4), RetainKeys] public DeploymentStrategy? Strategy { get; init; }

    /// <summary>Seconds that a new Pod must be ready, without a crash, to count as available; 0 if not given.</summary>
    [Proto(5)] public int? MinReadySeconds { get; init; }

    /// <summary>How many old ReplicaSets are kept to roll back to; 10 if not given.</summary>
    [Proto(6, Pointer = true)] public int? RevisionHistoryLimit { get; init; }

    /// <summary>True if changes of the template are not to be rolled out for now.</summary>
    [Proto(7)] public bool? Paused { get; init; }

    /// <summary>Seconds without progress after which the Deployment is reported as stuck; 600 if not given.</summary>
    [Proto(9, Pointer = true)] public int? ProgressDeadlineSeconds { get; init; }
}

/// <summary>How a Deployment replaces its Pods.</summary>
public sealed record DeploymentStrategy
{
    /// <summary>RollingUpdate replaces a few at a time, Recreate all at once; RollingUpdate if not given.</summary>
    [Proto(1), Values("Recreate", "RollingUpdate")] public string? Type { get; init; }

    /// <summary>Settings of RollingUpdate; only for that type.</summary>
    [Proto(2)] public RollingUpdateDeployment? RollingUpdate { get; init; }
}

/// <summary>How many Pods a rolling update may be short or ahead.</summary>
public sealed record RollingUpdateDeployment
{
    /// <summary>How many Pods may be missing, a number or a percentage of replicas rounded down; 25% if not given.</summary>
    [Proto(1, Pointer = true)] public IntOrString? MaxUnavailable { get; init; }

    /// <summary>How many Pods there may be too many, a number or a percentage of replicas rounded up; 25% if not given.</summary>
    [Proto(2, Pointer = true)] public IntOrString? MaxSurge { get; init; }
}

/// <summary>The observed state of a Deployment.</summary>
public sealed record DeploymentStatus
{
    /// <summary>The generation that the controller last acted on.</summary>
    [Proto(1)] public long? ObservedGeneration { get; init; }

    /// <summary>How many Pods there are that do not terminate.</summary>
    [Proto(2)] public int? Replicas { get; init; }

    /// <summary>How many of them have the current template.</summary>
    [Proto(3)] public int? UpdatedReplicas { get; init; }

    /// <summary>How many of them are ready.</summary>
    [Proto(7)] public int? ReadyReplicas { get; init; }

    /// <summary>How many of them have been ready for minReadySeconds.</summary>
    [Proto(4)] public int? AvailableReplicas { get; init; }

    /// <summary>How many are still missing for the Deployment to be fully available.</summary>
    [Proto(5)] public int? UnavailableReplicas { get; init; }

    /// <summary>How many Pods have a deletion timestamp and have not ended yet.</summary>
    [Proto(9, Pointer = true)] public int? TerminatingReplicas { get; init; }

    /// <summary>Available, Progressing and ReplicaFailure.</summary>
    [Proto(6), ListMap("type")] public IReadOnlyList<DeploymentCondition>? Conditions { get; init; }

    /// <summary>Counts hash collisions, so that a new ReplicaSet gets a name of its own.</summary>
    [Proto(8, Pointer = true)] public int? CollisionCount { get; init; }
}

/// <summary>One aspect of a Deployment's state.</summary>
public sealed record DeploymentCondition
{
    /// <summary>What the condition is about.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Proto(2), Required, Zero] public string Status { get; init; } = "";

    /// <summary>When the condition was last updated.</summary>
    [Proto(6)] public DateTimeOffset? LastUpdateTime { get; init; }

    /// <summary>When the status last changed.</summary>
    [Proto(7)] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One CamelCase word for the last change.</summary>
    [Proto(4)] public string? Reason { get; init; }

    /// <summary>Details for people.</summary>
    [Proto(5)] public string? Message { get; init; }
}
