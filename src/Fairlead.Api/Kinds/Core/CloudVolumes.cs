using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A GCE persistent disk.</summary>
public sealed record GCEPersistentDiskVolumeSource
{
    /// <summary>Name of the disk.</summary>
    [Proto(1), Required] public string PdName { get; init; } = "";

    /// <summary>File system of the disk, such as ext4.</summary>
    [Proto(2)] public string? FsType { get; init; }

    /// <summary>Number of the partition; 0 or absent for the whole disk.</summary>
    [Proto(3)] public int? Partition { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(4)] public bool? ReadOnly { get; init; }
}

/// <summary>An AWS EBS disk.</summary>
public sealed record AWSElasticBlockStoreVolumeSource
{
    /// <summary>Identifier of the disk.</summary>
    [Proto(1), Required] public string VolumeID { get; init; } = "";

    /// <summary>File system of the disk, such as ext4.</summary>
    [Proto(2)] public string? FsType { get; init; }

    /// <summary>Number of the partition; 0 or absent for the whole disk.</summary>
    [Proto(3)] public int? Partition { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(4)] public bool? ReadOnly { get; init; }
}

/// <summary>An OpenStack Cinder disk.</summary>
public sealed record CinderVolumeSource
{
    /// <summary>Identifier of the disk.</summary>
    [Proto(1), Required] public string VolumeID { get; init; } = "";

    /// <summary>File system of the disk, such as ext4.</summary>
    [Proto(2)] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(3)] public bool? ReadOnly { get; init; }

    /// <summary>Secret with the parameters for connecting to OpenStack.</summary>
    [Proto(4)] public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>An Azure file share.</summary>
public sealed record AzureFileVolumeSource
{
    /// <summary>Secret with the storage account's name and key.</summary>
    [Proto(1), Required] public string SecretName { get; init; } = "";

    /// <summary>Name of the share.</summary>
    [Proto(2), Required] public string ShareName { get; init; } = "";

    /// <summary>True to mount it read-only.</summary>
    [Proto(3)] public bool? ReadOnly { get; init; }
}

/// <summary>An Azure data disk.</summary>
public sealed record AzureDiskVolumeSource
{
    /// <summary>Name of the disk.</summary>
    [Proto(1), Required] public string DiskName { get; init; } = "";

    /// <summary>Address of the disk.</summary>
    [Proto(2), Required] public string DiskURI { get; init; } = "";

    /// <summary>How the host caches: None, ReadOnly or ReadWrite.</summary>
    [Proto(3, Pointer = true), Values("None", "ReadOnly", "ReadWrite"), Default("\"ReadWrite\"")] public string? CachingMode { get; init; }

    /// <summary>File system of the disk.</summary>
    [Proto(4, Pointer = true), Default("\"ext4\"")] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(5, Pointer = true), Default("false")] public bool? ReadOnly { get; init; }

    /// <summary>Shared or Dedicated for blob disks, Managed for managed ones.</summary>
    [Proto(6, Pointer = true), Values("Shared", "Dedicated", "Managed"), Default("\"Shared\"")] public string? Kind { get; init; }
}

/// <summary>A vSphere virtual disk.</summary>
public sealed record VsphereVirtualDiskVolumeSource
{
    /// <summary>Path of the disk.</summary>
    [Proto(1), Required] public string VolumePath { get; init; } = "";

    /// <summary>File system of the disk, such as ext4.</summary>
    [Proto(2)] public string? FsType { get; init; }

    /// <summary>Name of the storage policy.</summary>
    [Proto(3)] public string? StoragePolicyName { get; init; }

    /// <summary>Identifier of the storage policy.</summary>
    [Proto(4)] public string? StoragePolicyID { get; init; }
}

/// <summary>A Photon Controller disk.</summary>
public sealed record PhotonPersistentDiskVolumeSource
{
    /// <summary>Identifier of the disk.</summary>
    [Proto(1), Required] public string PdID { get; init; } = "";

    /// <summary>File system of the disk, such as ext4.</summary>
    [Proto(2)] public string? FsType { get; init; }
}

/// <summary>A Portworx volume.</summary>
public sealed record PortworxVolumeSource
{
    /// <summary>Identifier of the volume.</summary>
    [Proto(1), Required] public string VolumeID { get; init; } = "";

    /// <summary>File system of the volume, such as ext4.</summary>
    [Proto(2)] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(3)] public bool? ReadOnly { get; init; }
}

/// <summary>A ScaleIO volume.</summary>
public sealed record ScaleIOVolumeSource
{
    /// <summary>Address of the gateway.</summary>
    [Proto(1), Required] public string Gateway { get; init; } = "";

    /// <summary>Name of the storage system.</summary>
    [Proto(2), Required] public string System { get; init; } = "";

    /// <summary>Secret with the credentials of ScaleIO's API.</summary>
    [Proto(3), Required] public LocalObjectReference SecretRef { get; init; } = new();

    /// <summary>True to talk to the gateway over TLS.</summary>
    [Proto(4)] public bool? SslEnabled { get; init; }

    /// <summary>Name of the protection domain.</summary>
    [Proto(5)] public string? ProtectionDomain { get; init; }

    /// <summary>Name of the storage pool.</summary>
    [Proto(6)] public string? StoragePool { get; init; }

    /// <summary>ThickProvisioned or ThinProvisioned.</summary>
    [Proto(7), Default("\"ThinProvisioned\"")] public string? StorageMode { get; init; }

    /// <summary>Name of the volume, which already exists.</summary>
    [Proto(8)] public string? VolumeName { get; init; }

    /// <summary>File system of the volume.</summary>
    [Proto(9), Default("\"xfs\"")] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(10)] public bool? ReadOnly { get; init; }
}

/// <summary>A StorageOS volume.</summary>
public sealed record StorageOSVolumeSource
{
    /// <summary>Name of the volume, unique in its StorageOS namespace.</summary>
    [Proto(1)] public string? VolumeName { get; init; }

    /// <summary>StorageOS namespace of the volume; absent means the Pod's.</summary>
    [Proto(2)] public string? VolumeNamespace { get; init; }

    /// <summary>File system of the volume, such as ext4.</summary>
    [Proto(3)] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(4)] public bool? ReadOnly { get; init; }

    /// <summary>Secret with the credentials of StorageOS's API.</summary>
    [Proto(5)] public LocalObjectReference? SecretRef { get; init; }
}
