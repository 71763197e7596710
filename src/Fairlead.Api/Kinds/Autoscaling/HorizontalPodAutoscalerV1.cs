using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Autoscaling.V1;

/// <summary>Sets the number of replicas of a workload so that its Pods use a wanted share of the CPU that they request.</summary>
[Kind("autoscaling", "v1", "horizontalpodautoscalers")]
public sealed record HorizontalPodAutoscaler : KubeObject
{
    /// <summary>What is scaled, between which bounds, by which target.</summary>
    [Proto(2), Default("{}")] public HorizontalPodAutoscalerSpec? Spec { get; init; }

    /// <summary>What the autoscaler last saw and decided.</summary>
    [Proto(3)] public HorizontalPodAutoscalerStatus? Status { get; init; }
}

/// <summary>The wish behind an autoscaler by CPU.</summary>
public sealed record HorizontalPodAutoscalerSpec
{
    /// <summary>The workload whose scale subresource is set.</summary>
    [Proto(1), Required, Zero] public CrossVersionObjectReference? ScaleTargetRef { get; init; }

    /// <summary>The fewest replicas; 1 if not given.</summary>
    [Proto(2, Pointer = true)] public int? MinReplicas { get; init; }

    /// <summary>The most replicas; not less than minReplicas.</summary>
    [Proto(3), Required, Zero] public int MaxReplicas { get; init; }

    /// <summary>Average CPU use over all Pods, in percent of what they request, that is aimed at.</summary>
    [Proto(4, Pointer = true)] public int? TargetCPUUtilizationPercentage { get; init; }
}

/// <summary>The observed state of an autoscaler by CPU.</summary>
public sealed record HorizontalPodAutoscalerStatus
{
    /// <summary>The generation that was last acted on.</summary>
    [Proto(1, Pointer = true)] public long? ObservedGeneration { get; init; }

    /// <summary>When the number of replicas was last changed.</summary>
    [Proto(2)] public DateTimeOffset? LastScaleTime { get; init; }

    /// <summary>How many replicas there are.</summary>
    [Proto(3), Required, Zero] public int CurrentReplicas { get; init; }

    /// <summary>How many replicas are wanted.</summary>
    [Proto(4), Required, Zero] public int DesiredReplicas { get; init; }

    /// <summary>Average CPU use over all Pods, in percent of what they request.</summary>
    [Proto(5, Pointer = true)] public int? CurrentCPUUtilizationPercentage { get; init; }
}

/// <summary>Names an object in the same namespace, with the version in which it is to be read.</summary>
[Atomic]
public sealed record CrossVersionObjectReference
{
    /// <summary>Kind of the object.</summary>
    [Proto(1), Required, Zero] public string Kind { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Proto(2), Required, Zero] public string Name { get; init; } = "";

    /// <summary>Group and version of the object.</summary>
    [Proto(3)] public string? ApiVersion { get; init; }
}
