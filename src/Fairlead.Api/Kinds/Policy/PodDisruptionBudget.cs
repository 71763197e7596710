using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Policy.V1;

/// <summary>Bounds how many of some Pods may be evicted at a time.</summary>
[Kind("policy", "v1", "poddisruptionbudgets")]
public sealed record PodDisruptionBudget : KubeObject
{
    /// <summary>The Pods and the bound.</summary>
    [Proto(2)] public PodDisruptionBudgetSpec? Spec { get; init; }

    /// <summary>How many may be evicted now.</summary>
    [Proto(3)] public PodDisruptionBudgetStatus? Status { get; init; }
}

/// <summary>The Pods and the bound of a budget.</summary>
public sealed record PodDisruptionBudgetSpec
{
    /// <summary>How many Pods must stay, a number or a percentage rounded up. Not beside maxUnavailable.</summary>
    [Proto(1, Pointer = true)] public IntOrString? MinAvailable { get; init; }

    /// <summary>The Pods; empty for all of the namespace, none if absent.</summary>
    [Proto(2)] public LabelSelector? Selector { get; init; }

    /// <summary>How many Pods may be missing, a number or a percentage rounded up. Not beside minAvailable.</summary>
    [Proto(3, Pointer = true)] public IntOrString? MaxUnavailable { get; init; }

    /// <summary>When running Pods that are not ready may be evicted: IfHealthyBudget (if not given), when enough others are healthy; AlwaysAllow.</summary>
    [Proto(4, Pointer = true)] public string? UnhealthyPodEvictionPolicy { get; init; }
}

/// <summary>The observed state of a budget.</summary>
public sealed record PodDisruptionBudgetStatus
{
    /// <summary>The generation that the numbers were computed from.</summary>
    [Proto(1)] public long? ObservedGeneration { get; init; }

    /// <summary>Pods whose eviction was allowed and that have not gone yet, with the time of it.</summary>
    [Proto(2)] public IReadOnlyDictionary<string, DateTimeOffset>? DisruptedPods { get; init; }

    /// <summary>How many Pods may be evicted now.</summary>
    [Proto(3), Required, Zero] public int DisruptionsAllowed { get; init; }

    /// <summary>How many Pods are healthy.</summary>
    [Proto(4), Required, Zero] public int CurrentHealthy { get; init; }

    /// <summary>How many must be.</summary>
    [Proto(5), Required, Zero] public int DesiredHealthy { get; init; }

    /// <summary>How many Pods the budget counts.</summary>
    [Proto(6), Required, Zero] public int ExpectedPods { get; init; }

    /// <summary>DisruptionAllowed, and why or why not.</summary>
    [Proto(7), ListMap("type")] public IReadOnlyList<Condition>? Conditions { get; init; }
}
