using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A disk, partition or directory of one node.</summary>
public sealed record LocalVolumeSource
{
    /// <summary>Its path on the node.</summary>
    [Proto(1), Required] public string Path { get; init; } = "";

    /// <summary>File system of a block device that is to be mounted, such as ext4.</summary>
    [Proto(2, Pointer = true)] public string? FsType { get; init; }
}

/// <summary>A volume of a CSI driver.</summary>
public sealed record CSIPersistentVolumeSource
{
    /// <summary>Name of the driver.</summary>
    [Proto(1), Required] public string Driver { get; init; } = "";

    /// <summary>The driver's own name of the volume.</summary>
    [Proto(2), Required] public string VolumeHandle { get; init; } = "";

    /// <summary>True to attach it read-only.</summary>
    [Proto(3)] public bool? ReadOnly { get; init; }

    /// <summary>File system of the volume, such as ext4.</summary>
    [Proto(4)] public string? FsType { get; init; }

    /// <summary>What the driver noted when it made the volume.</summary>
    [Proto(5)] public IReadOnlyDictionary<string, string>? VolumeAttributes { get; init; }

    /// <summary>Secret for attaching the volume to a node.</summary>
    [Proto(6)] public SecretReference? ControllerPublishSecretRef { get; init; }

    /// <summary>Secret for preparing the volume on a node.</summary>
    [Proto(7)] public SecretReference? NodeStageSecretRef { get; init; }

    /// <summary>Secret for mounting the volume into a Pod.</summary>
    [Proto(8)] public SecretReference? NodePublishSecretRef { get; init; }

    /// <summary>Secret for making the volume larger.</summary>
    [Proto(9)] public SecretReference? ControllerExpandSecretRef { get; init; }

    /// <summary>Secret for making the volume larger on its node.</summary>
    [Proto(10)] public SecretReference? NodeExpandSecretRef { get; init; }
}

/// <summary>A Glusterfs volume.</summary>
public sealed record GlusterfsPersistentVolumeSource
{
    /// <summary>Name of the Endpoints with the servers' addresses.</summary>
    [Proto(1), Required] public string Endpoints { get; init; } = "";

    /// <summary>Name of the volume.</summary>
    [Proto(2), Required] public string Path { get; init; } = "";

    /// <summary>True to mount it read-only.</summary>
    [Proto(3)] public bool? ReadOnly { get; init; }

    /// <summary>Namespace of the Endpoints; that of the claim if absent.</summary>
    [Proto(4, Pointer = true)] public string? EndpointsNamespace { get; init; }
}

/// <summary>A Rados block device.</summary>
public sealed record RBDPersistentVolumeSource
{
    /// <summary>Addresses of the monitors.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<string>? Monitors { get; init; }

    /// <summary>Name of the image.</summary>
    [Proto(2), Required] public string Image { get; init; } = "";

    /// <summary>File system of the image, such as ext4.</summary>
    [Proto(3)] public string? FsType { get; init; }

    /// <summary>Name of the pool.</summary>
    [Proto(4), Default("\"rbd\"")] public string? Pool { get; init; }

    /// <summary>Name of the Rados user.</summary>
    [Proto(5), Default("\"admin\"")] public string? User { get; init; }

    /// <summary>Path of the user's key ring.</summary>
    [Proto(6), Default("\"/etc/ceph/keyring\"")] public string? Keyring { get; init; }

    /// <summary>Secret with the user's key, instead of the key ring.</summary>
    [Proto(7)] public SecretReference? SecretRef { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(8)] public bool? ReadOnly { get; init; }
}

/// <summary>A disk reached over iSCSI.</summary>
public sealed record ISCSIPersistentVolumeSource
{
    /// <summary>Address of the target, with a port if it isn't 3260.</summary>
    [Proto(1), Required] public string TargetPortal { get; init; } = "";

    /// <summary>The target's qualified name.</summary>
    [Proto(2), Required] public string Iqn { get; init; } = "";

    /// <summary>Number of the logical unit.</summary>
    [Proto(3), Required, Zero] public int Lun { get; init; }

    /// <summary>Name of the interface that speaks iSCSI.</summary>
    [Proto(4), Default("\"default\"")] public string? IscsiInterface { get; init; }

    /// <summary>File system of the disk, such as ext4.</summary>
    [Proto(5)] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(6)] public bool? ReadOnly { get; init; }

    /// <summary>Further addresses of the target.</summary>
    [Proto(7), Atomic] public IReadOnlyList<string>? Portals { get; init; }

    /// <summary>True to use CHAP authentication in discovery.</summary>
    [Proto(8)] public bool? ChapAuthDiscovery { get; init; }

    /// <summary>True to use CHAP authentication in the session.</summary>
    [Proto(11)] public bool? ChapAuthSession { get; init; }

    /// <summary>Secret with the CHAP credentials.</summary>
    [Proto(10)] public SecretReference? SecretRef { get; init; }

    /// <summary>The initiator's own qualified name.</summary>
    [Proto(12, Pointer = true)] public string? InitiatorName { get; init; }
}

/// <summary>A disk of OpenStack Cinder.</summary>
public sealed record CinderPersistentVolumeSource
{
    /// <summary>Id of the disk.</summary>
    [Proto(1), Required] public string VolumeID { get; init; } = "";

    /// <summary>File system of the disk, such as ext4.</summary>
    [Proto(2)] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(3)] public bool? ReadOnly { get; init; }

    /// <summary>Secret with the credentials for OpenStack.</summary>
    [Proto(4)] public SecretReference? SecretRef { get; init; }
}

/// <summary>A Ceph file system.</summary>
public sealed record CephFSPersistentVolumeSource
{
    /// <summary>Addresses of the monitors.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<string>? Monitors { get; init; }

    /// <summary>Path in the file system that is mounted; / if not given.</summary>
    [Proto(2)] public string? Path { get; init; }

    /// <summary>Name of the user; admin if not given.</summary>
    [Proto(3)] public string? User { get; init; }

    /// <summary>Path of the user's key ring.</summary>
    [Proto(4)] public string? SecretFile { get; init; }

    /// <summary>Secret with the user's key, instead of the key ring.</summary>
    [Proto(5)] public SecretReference? SecretRef { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(6)] public bool? ReadOnly { get; init; }
}

/// <summary>A volume mounted by a program on the node.</summary>
public sealed record FlexPersistentVolumeSource
{
    /// <summary>Name of the program.</summary>
    [Proto(1), Required] public string Driver { get; init; } = "";

    /// <summary>File system of the volume, such as ext4.</summary>
    [Proto(2)] public string? FsType { get; init; }

    /// <summary>Secret whose content the program is given.</summary>
    [Proto(3)] public SecretReference? SecretRef { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(4)] public bool? ReadOnly { get; init; }

    /// <summary>Further options for the program.</summary>
    [Proto(5)] public IReadOnlyDictionary<string, string>? Options { get; init; }
}

/// <summary>A file share of Azure.</summary>
public sealed record AzureFilePersistentVolumeSource
{
    /// <summary>Name of the Secret with the storage account and its key.</summary>
    [Proto(1), Required] public string SecretName { get; init; } = "";

    /// <summary>Name of the share.</summary>
    [Proto(2), Required] public string ShareName { get; init; } = "";

    /// <summary>True to mount it read-only.</summary>
    [Proto(3)] public bool? ReadOnly { get; init; }

    /// <summary>Namespace of the Secret; that of the Pod if absent.</summary>
    [Proto(4, Pointer = true)] public string? SecretNamespace { get; init; }
}

/// <summary>A ScaleIO volume.</summary>
public sealed record ScaleIOPersistentVolumeSource
{
    /// <summary>Address of the gateway.</summary>
    [Proto(1), Required] public string Gateway { get; init; } = "";

    /// <summary>Name of the storage system.</summary>
    [Proto(2), Required] public string System { get; init; } = "";

    /// <summary>Secret with the credentials.</summary>
    [Proto(3), Required] public SecretReference? SecretRef { get; init; }

    /// <summary>True to speak TLS with the gateway.</summary>
    [Proto(4)] public bool? SslEnabled { get; init; }

    /// <summary>Name of the protection domain.</summary>
    [Proto(5)] public string? ProtectionDomain { get; init; }

    /// <summary>Name of the storage pool.</summary>
    [Proto(6)] public string? StoragePool { get; init; }

    /// <summary>ThickProvisioned or ThinProvisioned.</summary>
    [Proto(7), Default("\"ThinProvisioned\"")] public string? StorageMode { get; init; }

    /// <summary>Name of the volume.</summary>
    [Proto(8)] public string? VolumeName { get; init; }

    /// <summary>File system of the volume.</summary>
    [Proto(9), Default("\"xfs\"")] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(10)] public bool? ReadOnly { get; init; }
}

/// <summary>A StorageOS volume.</summary>
public sealed record StorageOSPersistentVolumeSource
{
    /// <summary>Name of the volume.</summary>
    [Proto(1)] public string? VolumeName { get; init; }

    /// <summary>StorageOS' own namespace of the volume; that of the Pod if absent.</summary>
    [Proto(2)] public string? VolumeNamespace { get; init; }

    /// <summary>File system of the volume, such as ext4.</summary>
    [Proto(3)] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(4)] public bool? ReadOnly { get; init; }

    /// <summary>Secret with the credentials.</summary>
    [Proto(5)] public ObjectReference? SecretRef { get; init; }
}
