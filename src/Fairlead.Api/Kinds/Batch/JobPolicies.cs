using Fairlead.Api.Schema;

namespace Fairlead.Api.Batch.V1;

/// <summary>What failed Pods mean for their Job; the first rule that matches decides.</summary>
public sealed record PodFailurePolicy
{
    /// <summary>The rules in order, at most 20.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<PodFailurePolicyRule>? Rules { get; init; }
}

/// <summary>What one sort of failure means. Either onExitCodes or onPodConditions is given.</summary>
public sealed record PodFailurePolicyRule
{
    /// <summary>FailJob, FailIndex, Ignore (not counted) or Count (towards the limit).</summary>
    [Proto(1), Required] public string Action { get; init; } = "";

    /// <summary>Matches by the exit codes of containers.</summary>
    [Proto(2)] public PodFailurePolicyOnExitCodesRequirement? OnExitCodes { get; init; }

    /// <summary>Matches if any of these conditions of the Pod holds; at most 20.</summary>
    [Proto(3), Atomic] public IReadOnlyList<PodFailurePolicyOnPodConditionsPattern>? OnPodConditions { get; init; }
}

/// <summary>A requirement on the exit codes of a Pod's containers.</summary>
public sealed record PodFailurePolicyOnExitCodesRequirement
{
    /// <summary>The container that is looked at; all of them if absent.</summary>
    [Proto(1, Pointer = true)] public string? ContainerName { get; init; }

    /// <summary>In: a failed container's code is among values. NotIn: it is not.</summary>
    [Proto(2), Required] public string Operator { get; init; } = "";

    /// <summary>Exit codes in ascending order, each once; 0 not with In.</summary>
    [Proto(3), Required, ListSet] public IReadOnlyList<int>? Values { get; init; }
}

/// <summary>A condition that a failed Pod has.</summary>
public sealed record PodFailurePolicyOnPodConditionsPattern
{
    /// <summary>Type of the condition.</summary>
    [Proto(1), Required] public string Type { get; init; } = "";

    /// <summary>Its status; True if not given.</summary>
    [Proto(2), Required, Default("\"True\"")] public string Status { get; init; } = "";
}

/// <summary>When an Indexed Job has succeeded before all of its indexes have.</summary>
public sealed record SuccessPolicy
{
    /// <summary>The rules; any one that holds ends the Job. 1 to 20.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<SuccessPolicyRule>? Rules { get; init; }
}

/// <summary>Which indexes, or how many, must have succeeded. At least one of both is given.</summary>
public sealed record SuccessPolicyRule
{
    /// <summary>The indexes that count, such as 1,3-5,7; all must succeed unless succeededCount is given.</summary>
    [Proto(1, Pointer = true)] public string? SucceededIndexes { get; init; }

    /// <summary>How many indexes must have succeeded, of those in succeededIndexes if it is given.</summary>
    [Proto(2, Pointer = true)] public int? SucceededCount { get; init; }
}
