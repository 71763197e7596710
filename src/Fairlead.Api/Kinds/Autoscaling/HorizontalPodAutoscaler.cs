using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Autoscaling.V2;

/// <summary>Sets the number of replicas of a workload so that metrics stay near their targets.</summary>
[Kind("autoscaling", "v2", "horizontalpodautoscalers")]
public sealed record HorizontalPodAutoscaler : KubeObject
{
    /// <summary>What is scaled, between which bounds, by which metrics.</summary>
    [Proto(2), Default("{}")] public HorizontalPodAutoscalerSpec? Spec { get; init; }

    /// <summary>What the autoscaler last saw and decided.</summary>
    [Proto(3)] public HorizontalPodAutoscalerStatus? Status { get; init; }
}

/// <summary>The wish behind an autoscaler.</summary>
public sealed record HorizontalPodAutoscalerSpec
{
    /// <summary>The workload whose scale subresource is set.</summary>
    [Proto(1), Required, Zero] public CrossVersionObjectReference? ScaleTargetRef { get; init; }

    /// <summary>The fewest replicas; 1 if not given.</summary>
    [Proto(2, Pointer = true)] public int? MinReplicas { get; init; }

    /// <summary>The most replicas; not less than minReplicas.</summary>
    [Proto(3), Required, Zero] public int MaxReplicas { get; init; }

    /// <summary>The metrics and their targets; the one that asks for most replicas decides. 80% of requested CPU if not given.</summary>
    [Proto(4), Atomic] public IReadOnlyList<MetricSpec>? Metrics { get; init; }

    /// <summary>How fast replicas are added and taken away.</summary>
    [Proto(5)] public HorizontalPodAutoscalerBehavior? Behavior { get; init; }
}

/// <summary>Names an object in the same namespace, with the version in which it is to be read.</summary>
public sealed record CrossVersionObjectReference
{
    /// <summary>Kind of the object.</summary>
    [Proto(1), Required, Zero] public string Kind { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Proto(2), Required, Zero] public string Name { get; init; } = "";

    /// <summary>Group and version of the object.</summary>
    [Proto(3)] public string? ApiVersion { get; init; }
}

/// <summary>The speed of scaling in each direction.</summary>
public sealed record HorizontalPodAutoscalerBehavior
{
    /// <summary>How replicas are added; if not given, the greater of 4 Pods and 100% every 15 seconds, at once.</summary>
    [Proto(1)] public HPAScalingRules? ScaleUp { get; init; }

    /// <summary>How replicas are taken away; if not given, any number, by the highest wish of the last 300 seconds.</summary>
    [Proto(2)] public HPAScalingRules? ScaleDown { get; init; }
}

/// <summary>The speed of scaling in one direction.</summary>
public sealed record HPAScalingRules
{
    /// <summary>Seconds over which past wishes are looked at, so that a short peak changes nothing; 0 to 3600.</summary>
    [Proto(3, Pointer = true)] public int? StabilizationWindowSeconds { get; init; }

    /// <summary>Which policy counts: Max, the one that allows most (if not given); Min, least; Disabled, no scaling in this direction.</summary>
    [Proto(1, Pointer = true)] public string? SelectPolicy { get; init; }

    /// <summary>How much may change in how long.</summary>
    [Proto(2), Atomic] public IReadOnlyList<HPAScalingPolicy>? Policies { get; init; }

    /// <summary>How far a metric may be off its target, as a fraction such as 0.05, before anything changes; 0.1 if not given.</summary>
    [Proto(4)] public Quantity? Tolerance { get; init; }
}

/// <summary>A bound on change within a time.</summary>
public sealed record HPAScalingPolicy
{
    /// <summary>What value counts: Pods or Percent of the replicas.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>How much may change; more than 0.</summary>
    [Proto(2), Required, Zero] public int Value { get; init; }

    /// <summary>In how many seconds; 1 to 1800.</summary>
    [Proto(3), Required, Zero] public int PeriodSeconds { get; init; }
}

/// <summary>The observed state of an autoscaler.</summary>
public sealed record HorizontalPodAutoscalerStatus
{
    /// <summary>The generation that was last acted on.</summary>
    [Proto(1, Pointer = true)] public long? ObservedGeneration { get; init; }

    /// <summary>When the number of replicas was last changed.</summary>
    [Proto(2)] public DateTimeOffset? LastScaleTime { get; init; }

    /// <summary>How many replicas there are.</summary>
    [Proto(3)] public int? CurrentReplicas { get; init; }

    /// <summary>How many replicas are wanted.</summary>
    [Proto(4), Required, Zero] public int DesiredReplicas { get; init; }

    /// <summary>The metrics as they were last read.</summary>
    [Proto(5), Atomic] public IReadOnlyList<MetricStatus>? CurrentMetrics { get; init; }

    /// <summary>AbleToScale, ScalingActive and ScalingLimited.</summary>
    [Proto(6), ListMap("type")] public IReadOnlyList<HorizontalPodAutoscalerCondition>? Conditions { get; init; }
}

/// <summary>One aspect of an autoscaler's state.</summary>
public sealed record HorizontalPodAutoscalerCondition
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
