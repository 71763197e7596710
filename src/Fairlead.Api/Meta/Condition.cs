using Fairlead.Api.Schema;

namespace Fairlead.Api.Meta.V1;

/// <summary>One aspect of an object's current state, as its controller last saw it.</summary>
public sealed record Condition
{
    /// <summary>Name of the condition in CamelCase, unique in its list; it may carry a domain prefix.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Proto(2), Required, Zero] public string Status { get; init; } = "";

    /// <summary>The metadata.generation that this condition was computed from. Older than the object's, it is out of date.</summary>
    [Proto(3)] public long? ObservedGeneration { get; init; }

    /// <summary>When the status last changed from one value to another.</summary>
    [Proto(4), Required, Zero] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One CamelCase word, for programs, that says why the condition last changed.</summary>
    [Proto(5), Required, Zero] public string Reason { get; init; } = "";

    /// <summary>Details of the last change, for people. It may be empty.</summary>
    [Proto(6), Required, Zero] public string Message { get; init; } = "";
}
