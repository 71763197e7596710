using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Requirements on a node's labels that all must hold.</summary>
[Atomic]
public sealed record TopologySelectorTerm
{
    /// <summary>The requirements.</summary>
    [Proto(1), Atomic] public IReadOnlyList<TopologySelectorLabelRequirement>? MatchLabelExpressions { get; init; }
}

/// <summary>A label and the values that it may have.</summary>
public sealed record TopologySelectorLabelRequirement
{
    /// <summary>The label's key.</summary>
    [Proto(1), Required] public string Key { get; init; } = "";

    /// <summary>The values; one of them must be the label's.</summary>
    [Proto(2), Required, Atomic] public IReadOnlyList<string>? Values { get; init; }
}
