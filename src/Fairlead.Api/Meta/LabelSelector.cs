using Fairlead.Api.Schema;

namespace Fairlead.Api.Meta.V1;

/// <summary>A query over labels: an object matches if it meets every label and every expression. Empty matches all, absent none.</summary>
[Atomic]
public sealed record LabelSelector
{
    /// <summary>Labels that the object must have, each with exactly this value.</summary>
    [Proto(1)] public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    /// <summary>Requirements that all must hold.</summary>
    [Proto(2), Atomic] public IReadOnlyList<LabelSelectorRequirement>? MatchExpressions { get; init; }
}

/// <summary>One requirement on one label key.</summary>
public sealed record LabelSelectorRequirement
{
    /// <summary>The label key that the requirement is about.</summary>
    [Proto(1), Required] public string Key { get; init; } = "";

    /// <summary>How the label's value relates to values: In, NotIn, Exists or DoesNotExist.</summary>
    [Proto(2), Required] public string Operator { get; init; } = "";

    /// <summary>The values of In and NotIn, at least one. It must be empty for Exists and DoesNotExist.</summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? Values { get; init; }
}
