using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Storage.V1;

/// <summary>The CSI drivers of the node of the same name.</summary>
[Kind("storage.k8s.io", "v1", "csinodes", Namespaced = false)]
public sealed record CSINode : KubeObject
{
    /// <summary>The drivers.</summary>
    [Proto(2), Required] public CSINodeSpec? Spec { get; init; }
}

/// <summary>The drivers of a node.</summary>
public sealed record CSINodeSpec
{
    /// <summary>The drivers; none if empty.</summary>
    [Proto(1), Required, Zero, ListMap("name")] public IReadOnlyList<CSINodeDriver>? Drivers { get; init; }
}

/// <summary>A driver on a node.</summary>
public sealed record CSINodeDriver
{
    /// <summary>Name of the driver.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>The driver's own name of the node.</summary>
    [Proto(2), Required] public string NodeID { get; init; } = "";

    /// <summary>Keys of the node's labels by which the driver tells places apart.</summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? TopologyKeys { get; init; }

    /// <summary>How much of the driver's volumes the node can take.</summary>
    [Proto(4)] public VolumeNodeResources? Allocatable { get; init; }
}

/// <summary>What a node can take of a driver's volumes.</summary>
public sealed record VolumeNodeResources
{
    /// <summary>How many volumes; without bound if absent.</summary>
    [Proto(1, Pointer = true)] public int? Count { get; init; }
}
