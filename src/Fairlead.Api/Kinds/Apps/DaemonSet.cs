using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Apps.V1;

/// <summary>Keeps one Pod on each node that its template allows.</summary>
[Kind("apps", "v1", "daemonsets")]
public sealed record DaemonSet : KubeObject
{
    /// <summary>Which Pods are wanted and how they are replaced.</summary>
    [Proto(2), Default("{}")] public DaemonSetSpec? Spec { get; init; }

    /// <summary>How far the DaemonSet has come.</summary>
    [Proto(3)] public DaemonSetStatus? Status { get; init; }
}

/// <summary>The desired state of a DaemonSet.</summary>
public sealed record DaemonSetSpec
{
    /// <summary>Which Pods belong to the DaemonSet. It must match the template's labels and cannot be changed.</summary>
    [Proto(1), Required] public LabelSelector? Selector { get; init; }

    /// <summary>What the Pods look like; its nodeSelector and affinity say on which nodes they run. Its restartPolicy must be Always.</summary>
    [Proto(2), Required] public PodTemplateSpec? Template { get; init; }

    /// <summary>How Pods with an old template are replaced.</summary>
    [Proto(3), Default("{}")] public DaemonSetUpdateStrategy? UpdateStrategy { get; init; }

    /// <summary>Seconds that a new Pod must be ready, without a crash, to count as available; 0 if not given.</summary>
    [Proto(4)] public int? MinReadySeconds { get; init; }

    /// <summary>How many old templates are kept to roll back to; 10 if not given.</summary>
    [Proto(6, Pointer = true), Default("10")] public int? RevisionHistoryLimit { get; init; }
}

/// <summary>How a DaemonSet replaces its Pods.</summary>
public sealed record DaemonSetUpdateStrategy
{
    /// <summary>RollingUpdate (if not given), or OnDelete: when somebody deletes them.</summary>
    [Proto(1), Values("OnDelete", "RollingUpdate"), Default("\"RollingUpdate\"")] public string? Type { get; init; }

    /// <summary>Settings of RollingUpdate; only for that type.</summary>
    [Proto(2)] public RollingUpdateDaemonSet? RollingUpdate { get; init; }
}

/// <summary>On how many nodes a rolling update may leave the Pod out, or run it twice. One of both is 0.</summary>
public sealed record RollingUpdateDaemonSet
{
    /// <summary>How many nodes may be without a Pod, a number or a percentage rounded up; 1 if not given.</summary>
    [Proto(1, Pointer = true)] public IntOrString? MaxUnavailable { get; init; }

    /// <summary>How many nodes may have the new Pod beside the old one, a number or a percentage rounded up; 0 if not given.</summary>
    [Proto(2, Pointer = true)] public IntOrString? MaxSurge { get; init; }
}

/// <summary>The observed state of a DaemonSet.</summary>
public sealed record DaemonSetStatus
{
    /// <summary>How many nodes run a Pod and should.</summary>
    [Proto(1), Required, Zero] public int CurrentNumberScheduled { get; init; }

    /// <summary>How many nodes run a Pod and should not.</summary>
    [Proto(2), Required, Zero] public int NumberMisscheduled { get; init; }

    /// <summary>How many nodes should run a Pod.</summary>
    [Proto(3), Required, Zero] public int DesiredNumberScheduled { get; init; }

    /// <summary>How many nodes that should run a Pod have a ready one.</summary>
    [Proto(4), Required, Zero] public int NumberReady { get; init; }

    /// <summary>The generation that the controller last acted on.</summary>
    [Proto(5)] public long? ObservedGeneration { get; init; }

    /// <summary>How many nodes run a Pod with the current template.</summary>
    [Proto(6)] public int? UpdatedNumberScheduled { get; init; }

    /// <summary>How many nodes have a Pod that has been ready for minReadySeconds.</summary>
    [Proto(7)] public int? NumberAvailable { get; init; }

    /// <summary>How many nodes that should run a Pod have none that is available.</summary>
    [Proto(8)] public int? NumberUnavailable { get; init; }

    /// <summary>Counts hash collisions, so that a new ControllerRevision gets a name of its own.</summary>
    [Proto(9, Pointer = true)] public int? CollisionCount { get; init; }

    /// <summary>Aspects of the current state.</summary>
    [Proto(10), ListMap("type")] public IReadOnlyList<DaemonSetCondition>? Conditions { get; init; }
}

/// <summary>One aspect of a DaemonSet's state.</summary>
public sealed record DaemonSetCondition
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
