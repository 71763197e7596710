using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Whether a component of the control plane answers. An old kind that is read alone.</summary>
[Kind("", "v1", "componentstatuses", Namespaced = false)]
public sealed record ComponentStatus : KubeObject
{
    /// <summary>What was found; of type Healthy.</summary>
    [Proto(2), ListMap("type")] public IReadOnlyList<ComponentCondition>? Conditions { get; init; }
}

/// <summary>One finding about a component.</summary>
public sealed record ComponentCondition
{
    /// <summary>What the condition is about: Healthy.</summary>
    [Proto(1), Required] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Proto(2), Required] public string Status { get; init; } = "";

    /// <summary>What the component answered.</summary>
    [Proto(3)] public string? Message { get; init; }

    /// <summary>Why it could not be asked.</summary>
    [Proto(4)] public string? Error { get; init; }
}
