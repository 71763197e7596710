using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Policy.V1Beta1;

/// <summary>Bounds how many of some Pods may be evicted at a time. Use policy/v1, where an empty selector means all Pods and not none.</summary>
[Kind("policy", "v1beta1", "poddisruptionbudgets")]
public sealed record PodDisruptionBudget : KubeObject
{
    /// <summary>The Pods and the bound. Here an empty selector means no Pods.</summary>
    [Proto(2)] public V1.PodDisruptionBudgetSpec? Spec { get; init; }

    /// <summary>How many may be evicted now.</summary>
    [Proto(3)] public V1.PodDisruptionBudgetStatus? Status { get; init; }
}
