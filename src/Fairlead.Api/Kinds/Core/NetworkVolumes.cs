using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A disk reached over iSCSI.</summary>
public sealed record ISCSIVolumeSource
{
    /// <summary>Address of the target, with a port if it isn't 3260.</summary>
    [Required] public string TargetPortal { get; init; } = "";

    /// <summary>The target's qualified name.</summary>
    [Required] public string Iqn { get; init; } = "";

    /// <summary>Number of the logical unit.</summary>
    [Required] public int Lun { get; init; }

    /// <summary>Name of the interface that speaks iSCSI.</summary>
    [Default("\"default\"")] public string? IscsiInterface { get; init; }

    /// <summary>File system of the disk, such as ext4.</summary>
    public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>Further addresses of the target.</summary>
    [Atomic] public IReadOnlyList<string>? Portals { get; init; }

    /// <summary>True to use CHAP authentication in discovery.</summary>
    public bool? ChapAuthDiscovery { get; init; }

    /// <summary>True to use CHAP authentication in the session.</summary>
    public bool? ChapAuthSession { get; init; }

    /// <summary>Secret with the CHAP credentials.</summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>The initiator's own qualified name.</summary>
    public string? InitiatorName { get; init; }
}

/// <summary>A disk reached over Fibre Channel: by target names and a unit number, or by world wide identifiers.</summary>
public sealed record FCVolumeSource
{
    /// <summary>World wide names of the targets.</summary>
    [Atomic] public IReadOnlyList<string>? TargetWWNs { get; init; }

    /// <summary>Number of the logical unit.</summary>
    public int? Lun { get; init; }

    /// <summary>File system of the disk, such as ext4.</summary>
    public string? FsType { get; init; }

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>World wide identifiers of the disk.</summary>
    [Atomic] public IReadOnlyList<string>? Wwids { get; init; }
}

/// <summary>A Glusterfs volume.</summary>
public sealed record GlusterfsVolumeSource
{
    /// <summary>Name of the Endpoints that list the servers.</summary>
    [Required] public string Endpoints { get; init; } = "";

    /// <summary>Path of the volume.</summary>
    [Required] public string Path { get; init; } = "";

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A Ceph block device.</summary>
public sealed record RBDVolumeSource
{
    /// <summary>Addresses of the Ceph monitors.</summary>
    [Required, Atomic] public IReadOnlyList<string> Monitors { get; init; } = [];

    /// <summary>Name of the image.</summary>
    [Required] public string Image { get; init; } = "";

    /// <summary>File system of the device, such as ext4.</summary>
    public string? FsType { get; init; }

    /// <summary>Name of the pool.</summary>
    [Default("\"rbd\"")] public string? Pool { get; init; }

    /// <summary>Name of the user.</summary>
    [Default("\"admin\"")] public string? User { get; init; }

    /// <summary>Path of the user's key ring.</summary>
    [Default("\"/etc/ceph/keyring\"")] public string? Keyring { get; init; }

    /// <summary>Secret with the user's key; wins over the key ring.</summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A Ceph file system.</summary>
public sealed record CephFSVolumeSource
{
    /// <summary>Addresses of the Ceph monitors.</summary>
    [Required, Atomic] public IReadOnlyList<string> Monitors { get; init; } = [];

    /// <summary>Directory used as the root; the default is /.</summary>
    public string? Path { get; init; }

    /// <summary>Name of the user; the default is admin.</summary>
    public string? User { get; init; }

    /// <summary>Path of the user's key ring.</summary>
    public string? SecretFile { get; init; }

    /// <summary>Secret with the user's key; wins over the file.</summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A Quobyte volume.</summary>
public sealed record QuobyteVolumeSource
{
    /// <summary>Addresses of the registries, as host:port, separated by commas.</summary>
    [Required] public string Registry { get; init; } = "";

    /// <summary>Name of the volume.</summary>
    [Required] public string Volume { get; init; } = "";

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>User as which it is mounted.</summary>
    public string? User { get; init; }

    /// <summary>Group as which it is mounted.</summary>
    public string? Group { get; init; }

    /// <summary>Owner of the volume in Quobyte.</summary>
    public string? Tenant { get; init; }
}

/// <summary>A Flocker volume; one of the two fields is set.</summary>
public sealed record FlockerVolumeSource
{
    /// <summary>Name of the dataset, kept in its metadata.</summary>
    public string? DatasetName { get; init; }

    /// <summary>Identifier of the dataset.</summary>
    public string? DatasetUUID { get; init; }
}

/// <summary>A clone of a git repository.</summary>
public sealed record GitRepoVolumeSource
{
    /// <summary>Address of the repository.</summary>
    [Required] public string Repository { get; init; } = "";

    /// <summary>Hash of the commit to check out.</summary>
    public string? Revision { get; init; }

    /// <summary>Directory of the clone in the volume; it may not contain "..".</summary>
    public string? Directory { get; init; }
}

/// <summary>A volume provided by an executable plug-in on the node.</summary>
public sealed record FlexVolumeSource
{
    /// <summary>Name of the plug-in.</summary>
    [Required] public string Driver { get; init; } = "";

    /// <summary>File system to mount; the plug-in has its own default.</summary>
    public string? FsType { get; init; }

    /// <summary>Secret that is passed to the plug-in.</summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>True to mount it read-only.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>Further options for the plug-in.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }
}
