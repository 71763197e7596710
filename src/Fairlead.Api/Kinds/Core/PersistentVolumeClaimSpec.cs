using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A claim that is made for a Pod's ephemeral volume.</summary>
public sealed record PersistentVolumeClaimTemplate
{
    /// <summary>Labels and annotations of the claim; nothing else is allowed.</summary>
    [Proto(1)] public ObjectMeta? Metadata { get; init; }

    /// <summary>The claim's spec, taken over as it is.</summary>
    [Proto(2), Required] public PersistentVolumeClaimSpec Spec { get; init; } = new();
}

/// <summary>The storage that is asked for.</summary>
public sealed record PersistentVolumeClaimSpec
{
    /// <summary>How the volume must be mountable: ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod.</summary>
    [Proto(1), Atomic] public IReadOnlyList<string>? AccessModes { get; init; }

    /// <summary>Which volumes may be bound.</summary>
    [Proto(4)] public LabelSelector? Selector { get; init; }

    /// <summary>The least size of the volume.</summary>
    [Proto(2), Default("{}")] public VolumeResourceRequirements? Resources { get; init; }

    /// <summary>Name of the PersistentVolume that is bound.</summary>
    [Proto(3)] public string? VolumeName { get; init; }

    /// <summary>Name of the StorageClass; empty for volumes of no class, absent for the default class.</summary>
    [Proto(5, Pointer = true)] public string? StorageClassName { get; init; }

    /// <summary>Whether a file system or a raw block device is needed: Filesystem or Block.</summary>
    [Proto(6, Pointer = true), Values("Block", "Filesystem"), Default("\"Filesystem\"")] public string? VolumeMode { get; init; }

    /// <summary>A snapshot or claim whose content fills the new volume.</summary>
    [Proto(7)] public TypedLocalObjectReference? DataSource { get; init; }

    /// <summary>Any object whose content fills the new volume. It may name another namespace.</summary>
    [Proto(8)] public TypedObjectReference? DataSourceRef { get; init; }

    /// <summary>Name of the VolumeAttributesClass that gives the volume its changeable attributes.</summary>
    [Proto(9, Pointer = true)] public string? VolumeAttributesClassName { get; init; }
}

/// <summary>The size of a volume.</summary>
public sealed record VolumeResourceRequirements
{
    /// <summary>The most that may be given.</summary>
    [Proto(1)] public IReadOnlyDictionary<string, Quantity>? Limits { get; init; }

    /// <summary>The least that is needed.</summary>
    [Proto(2)] public IReadOnlyDictionary<string, Quantity>? Requests { get; init; }
}

/// <summary>Names an object of any kind, which may stand in another namespace.</summary>
public sealed record TypedObjectReference
{
    /// <summary>API group of the object; absent only for the core group.</summary>
    [Proto(1, Pointer = true)] public string? ApiGroup { get; init; }

    /// <summary>Kind of the object.</summary>
    [Proto(2), Required] public string Kind { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Proto(3), Required] public string Name { get; init; } = "";

    /// <summary>Namespace of the object; another one than the claim's needs a ReferenceGrant there.</summary>
    [Proto(4, Pointer = true)] public string? Namespace { get; init; }
}
