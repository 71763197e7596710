using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A GCE persistent disk.</summary>
public sealed record GCEPersistentDiskVolumeSource
{
    /// <summary>Name of the disk.</summary>
    [Required] public string PdName { get; init; } = "";

    /// <summary>File system of the disk, such as ext4.</summary>
    public string? FsType { get; init; }

    /// <summary>Number of the partition; 0 or absent for the whole disk.</summary>
    public int? Partition { get; init; }

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>An AWS EBS disk.</summary>
public sealed record AWSElasticBlockStoreVolumeSource
{
    /// <summary>Identifier of the disk.</summary>
    [Required] public string VolumeID { get; init; } = "";

    /// <summary>File system of the disk, such as ext4.</summary>
    public string? FsType { get; init; }

    /// <summary>Number of the partition; 0 or absent for the whole disk.</summary>
    public int? Partition { get; init; }

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>An OpenStack Cinder disk.</summary>
public sealed record CinderVolumeSource
{
    /// <summary>Identifier of the disk.</summary>
    [Required] public string VolumeID { get; init; } = "";

    /// <summary>File system of the disk, such as ext4.</summary>
    public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>Secret with the parameters for connecting to OpenStack.</summary>
    public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>An Azure file share.</summary>
public sealed record AzureFileVolumeSource
{
    /// <summary>Secret with the storage account's name and key.</summary>
    [Required] public string SecretName { get; init; } = "";

    /// <summary>Name of the share.</summary>
    [Required] public string ShareName { get; init; } = "";

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>An Azure data disk.</summary>
public sealed record AzureDiskVolumeSource
{
    /// <summary>Name of the disk.</summary>
    [Required] public string DiskName { get; init; } = "";

    /// <summary>Address of the disk.</summary>
    [Required] public string DiskURI { get; init; } = "";

    /// <summary>How the host caches: None, ReadOnly or ReadWrite.</summary>
    [Values("None", "ReadOnly", "ReadWrite"), Default("\"ReadWrite\"")] public string? CachingMode { get; init; }

    /// <summary>File system of the disk.</summary>
    [Default("\"ext4\"")] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Default("false")] public bool? ReadOnly { get; init; }

    /// <summary>Shared or Dedicated for blob disks, Managed for managed ones.</summary>
    [Values("Shared", "Dedicated", "Managed"), Default("\"Shared\"")] public string? Kind { get; init; }
}

/// <summary>A vSphere virtual disk.</summary>
public sealed record VsphereVirtualDiskVolumeSource
{
    /// <summary>Path of the disk.</summary>
    [Required] public string VolumePath { get; init; } = "";

    /// <summary>File system of the disk, such as ext4.</summary>
    public string? FsType { get; init; }

    /// <summary>Name of the storage policy.</summary>
    public string? StoragePolicyName { get; init; }

    /// <summary>Identifier of the storage policy.</summary>
    public string? StoragePolicyID { get; init; }
}

/// <summary>A Photon Controller disk.</summary>
public sealed record PhotonPersistentDiskVolumeSource
{
    /// <summary>Identifier of the disk.</summary>
    [Required] public string PdID { get; init; } = "";

    /// <summary>File system of the disk, such as ext4.</summary>
    public string? FsType { get; init; }
}

/// <summary>A Portworx volume.</summary>
public sealed record PortworxVolumeSource
{
    /// <summary>Identifier of the volume.</summary>
    [Required] public string VolumeID { get; init; } = "";

    /// <summary>File system of the volume, such as ext4.</summary>
    public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A ScaleIO volume.</summary>
public sealed record ScaleIOVolumeSource
{
    /// <summary>Address of the gateway.</summary>
    [Required] public string Gateway { get; init; } = "";

    /// <summary>Name of the storage system.</summary>
    [Required] public string System { get; init; } = "";

    /// <summary>Secret with the credentials of ScaleIO's API.</summary>
    [Required] public LocalObjectReference SecretRef { get; init; } = new();

    /// <summary>True to talk to the gateway over TLS.</summary>
    public bool? SslEnabled { get; init; }

    /// <summary>Name of the protection domain.</summary>
    public string? ProtectionDomain { get; init; }

    /// <summary>Name of the storage pool.</summary>
    public string? StoragePool { get; init; }

    /// <summary>ThickProvisioned or ThinProvisioned.</summary>
    [Default("\"ThinProvisioned\"")] public string? StorageMode { get; init; }

    /// <summary>Name of the volume, which already exists.</summary>
    public string? VolumeName { get; init; }

    /// <summary>File system of the volume.</summary>
    [Default("\"xfs\"")] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A StorageOS volume.</summary>
public sealed record StorageOSVolumeSource
{
    /// <summary>Name of the volume, unique in its StorageOS namespace.</summary>
    public string? VolumeName { get; init; }

    /// <summary>StorageOS namespace of the volume; absent means the Pod's.</summary>
    public string? VolumeNamespace { get; init; }

    /// <summary>File system of the volume, such as ext4.</summary>
    public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>Secret with the credentials of StorageOS's API.</summary>
    public LocalObjectReference? SecretRef { get; init; }
}
