using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Storage.V1;

/// <summary>How much storage of a class a CSI driver still has at some place.</summary>
[Kind("storage.k8s.io", "v1", "csistoragecapacities")]
public sealed record CSIStorageCapacity : KubeObject
{
    /// <summary>The nodes that can reach the storage; none if absent, all if empty. It cannot be changed.</summary>
    [Proto(2)] public LabelSelector? NodeTopology { get; init; }

    /// <summary>Name of the StorageClass. It cannot be changed.</summary>
    [Proto(3), Required] public string StorageClassName { get; init; } = "";

    /// <summary>What is left; unknown if absent.</summary>
    [Proto(4)] public Quantity? Capacity { get; init; }

    /// <summary>The largest volume that can be made; unknown if absent.</summary>
    [Proto(5)] public Quantity? MaximumVolumeSize { get; init; }
}
