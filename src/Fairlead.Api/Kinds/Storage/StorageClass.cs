using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Storage.V1;

/// <summary>Says how volumes are made for claims. The annotation storageclass.kubernetes.io/is-default-class makes it the default.</summary>
[Kind("storage.k8s.io", "v1", "storageclasses", Namespaced = false)]
public sealed record StorageClass : KubeObject
{
    /// <summary>Name of who makes the volumes.</summary>
    [Proto(2), Required] public string Provisioner { get; init; } = "";

    /// <summary>Settings for the provisioner.</summary>
    [Proto(3)] public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>What becomes of a volume when its claim goes: Delete (if not given) or Retain.</summary>
    [Proto(4, Pointer = true), Default("\"Delete\"")] public string? ReclaimPolicy { get; init; }

    /// <summary>Options of the mounts; not checked.</summary>
    [Proto(5), Atomic] public IReadOnlyList<string>? MountOptions { get; init; }

    /// <summary>True if volumes may be made larger.</summary>
    [Proto(6, Pointer = true)] public bool? AllowVolumeExpansion { get; init; }

    /// <summary>When a volume is made: Immediate (if not given), or WaitForFirstConsumer, when a Pod uses the claim.</summary>
    [Proto(7, Pointer = true), Default("\"Immediate\"")] public string? VolumeBindingMode { get; init; }

    /// <summary>Where volumes may be made, by labels of nodes; anywhere if empty.</summary>
    [Proto(8), Atomic] public IReadOnlyList<Core.V1.TopologySelectorTerm>? AllowedTopologies { get; init; }
}
