using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A disk reached over iSCSI.</summary>
public sealed record ISCSIVolumeSource
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
    [Proto(10)] public LocalObjectReference? SecretRef { get; init; }

    /// <summary>The initiator's own qualified name.</summary>
    [Proto(12, Pointer = true)] public string? InitiatorName { get; init; }
}

/// <summary>A disk reached over Fibre Channel: by target names and a unit number, or by world wide identifiers.</summary>
public sealed record FCVolumeSource
{
    /// <summary>World wide names of the targets.</summary>
    [Proto(1), Atomic] public IReadOnlyList<string>? TargetWWNs { get; init; }

    /// <summary>Number of the logical unit.</summary>
    [Proto(2, Pointer = true)] public int? Lun { get; init; }

    /// <summary>File system of the disk, such as ext4.</summary>
    [Proto(3)] public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(4)] public bool? ReadOnly { get; init; }

    /// <summary>World wide identifiers of the disk.</summary>
    [Proto(5), Atomic] public IReadOnlyList<string>? Wwids { get; init; }
}

/// <summary>A Glusterfs volume.</summary>
public sealed record GlusterfsVolumeSource
{
    /// <summary>Name of the Endpoints that list the servers.</summary>
    [Proto(1), Required] public string Endpoints { get; init; } = "";

    /// <summary>Path of the volume.</summary>
    [Proto(2), Required] public string Path { get; init; } = "";

    /// <summary>True to mount it read-only.</summary>
    [Proto(3)] public bool? ReadOnly { get; init; }
}

/// <summary>A Ceph block device.</summary>
public sealed record RBDVolumeSource
{
    /// <summary>Addresses of the Ceph monitors.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<string> Monitors { get; init; } = [];

    /// <summary>Name of the image.</summary>
    [Proto(2), Required] public string Image { get; init; } = "";

    /// <summary>File system of the device, such as ext4.</summary>
    [Proto(3)] public string? FsType { get; init; }

    /// <summary>Name of the pool.</summary>
    [Proto(4), Default("\"rbd\"")] public string? Pool { get; init; }

    /// <summary>Name of the user.</summary>
    [Proto(5), Default("\"admin\"")] public string? User { get; init; }

    /// <summary>Path of the user's key ring.</summary>
    [Proto(6), Default("\"/etc/ceph/keyring\"")] public string? Keyring { get; init; }

    /// <summary>Secret with the user's key; wins over the key ring.</summary>
    [Proto(7)] public LocalObjectReference? SecretRef { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(8)] public bool? ReadOnly { get; init; }
}

/// <summary>A Ceph file system.</summary>
public sealed record CephFSVolumeSource
{
    /// <summary>Addresses of the Ceph monitors.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<string> Monitors { get; init; } = [];

    /// <summary>Directory used as the root; the default is /.</summary>
    [Proto(2)] public string? Path { get; init; }

    /// <summary>Name of the user; the default is admin.</summary>
    [Proto(3)] public string? User { get; init; }

    /// <summary>Path of the user's key ring.</summary>
    [Proto(4)] public string? SecretFile { get; init; }

    /// <summary>Secret with the user's key; wins over the file.</summary>
    [Proto(5)] public LocalObjectReference? SecretRef { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(6)] public bool? ReadOnly { get; init; }
}

/// <summary>A Quobyte volume.</summary>
public sealed record QuobyteVolumeSource
{
    /// <summary>Addresses of the registries, as host:port, separated by commas.</summary>
    [Proto(1), Required] public string Registry { get; init; } = "";

    /// <summary>Name of the volume.</summary>
    [Proto(2), Required] public string Volume { get; init; } = "";

    /// <summary>True to mount it read-only.</summary>
    [Proto(3)] public bool? ReadOnly { get; init; }

    /// <summary>User as which it is mounted.</summary>
    [Proto(4)] public string? User { get; init; }

    /// <summary>Group as which it is mounted.</summary>
    [Proto(5)] public string? Group { get; init; }

    /// <summary>Owner of the volume in Quobyte.</summary>
    [Proto(6)] public string? Tenant { get; init; }
}

/// <summary>A Flocker volume; one of the two fields is set.</summary>
public sealed record FlockerVolumeSource
{
    /// <summary>Name of the dataset, kept in its metadata.</summary>
    [Proto(1)] public string? DatasetName { get; init; }

    /// <summary>Identifier of the dataset.</summary>
    [Proto(2)] public string? DatasetUUID { get; init; }
}

/// <summary>A clone of a git repository.</summary>
public sealed record GitRepoVolumeSource
{
    /// <summary>Address of the repository.</summary>
    [Proto(1), Required] public string Repository { get; init; } = "";

    /// <summary>Hash of the commit to check out.</summary>
    [Proto(2)] public string? Revision { get; init; }

    /// <summary>Directory of the clone in the volume; it may not contain "..".</summary>
    [Proto(3)] public string? Directory { get; init; }
}

/// <summary>A volume provided by an executable plug-in on the node.</summary>
public sealed record FlexVolumeSource
{
    /// <summary>Name of the plug-in.</summary>
    [Proto(1), Required] public string Driver { get; init; } = "";

    /// <summary>File system to mount; the plug-in has its own default.</summary>
    [Proto(2)] public string? FsType { get; init; }

    /// <summary>Secret that is passed to the plug-in.</summary>
    [Proto(3)] public LocalObjectReference? SecretRef { get; init; }

    /// <summary>True to mount it read-only.</summary>
    [Proto(4)] public bool? ReadOnly { get; init; }

    /// <summary>Further options for the plug-in.</summary>
    [Proto(5)] public IReadOnlyDictionary<string, string>? Options { get; init; }
}
