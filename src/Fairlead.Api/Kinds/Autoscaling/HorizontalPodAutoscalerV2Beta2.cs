using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Autoscaling.V2Beta2;

/// <summary>Sets the number of replicas of a workload so that metrics stay near their targets. Use autoscaling/v2, which is the same.</summary>
[Kind("autoscaling", "v2beta2", "horizontalpodautoscalers")]
public sealed record HorizontalPodAutoscaler : KubeObject
{
    /// <summary>What is scaled, between which bounds, by which metrics.</summary>
    [Proto(2)] public V2.HorizontalPodAutoscalerSpec? Spec { get; init; }

    /// <summary>What the autoscaler last saw and decided.</summary>
    [Proto(3)] public V2.HorizontalPodAutoscalerStatus? Status { get; init; }
}
