using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Bounds, and fills in, what single objects of a namespace request.</summary>
[Kind("", "v1", "limitranges")]
public sealed record LimitRange : KubeObject
{
    /// <summary>The bounds.</summary>
    [Proto(2)] public LimitRangeSpec? Spec { get; init; }
}

/// <summary>The bounds of a LimitRange.</summary>
public sealed record LimitRangeSpec
{
    /// <summary>One entry for each sort of object.</summary>
    [Proto(1), Required, Zero, Atomic] public IReadOnlyList<LimitRangeItem>? Limits { get; init; }
}

/// <summary>The bounds of one sort of object.</summary>
public sealed record LimitRangeItem
{
    /// <summary>Pod, Container, PersistentVolumeClaim or a sort of another API.</summary>
    [Proto(1), Required] public string Type { get; init; } = "";

    /// <summary>The most of each resource.</summary>
    [Proto(2)] public IReadOnlyDictionary<string, Quantity>? Max { get; init; }

    /// <summary>The least of each resource.</summary>
    [Proto(3)] public IReadOnlyDictionary<string, Quantity>? Min { get; init; }

    /// <summary>The limit of a container that states none.</summary>
    [Proto(4)] public IReadOnlyDictionary<string, Quantity>? Default { get; init; }

    /// <summary>The request of a container that states none.</summary>
    [Proto(5)] public IReadOnlyDictionary<string, Quantity>? DefaultRequest { get; init; }

    /// <summary>The most that a limit may be, as a multiple of its request.</summary>
    [Proto(6)] public IReadOnlyDictionary<string, Quantity>? MaxLimitRequestRatio { get; init; }
}
