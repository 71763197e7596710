using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A file or directory of the node.</summary>
public sealed record HostPathVolumeSource
{
    /// <summary>Path on the node; a symbolic link is followed.</summary>
    [Proto(1), Required] public string Path { get; init; } = "";

    /// <summary>What must be at the path, or be created there; empty means no check.</summary>
    [Values("", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"), Default("\"\"")]
    [Proto(2, Pointer = true)] public string? Type { get; init; }
}

/// <summary>A directory that lives as long as its Pod.</summary>
public sealed record EmptyDirVolumeSource
{
    /// <summary>Where it is kept: empty for the node's disk, Memory, HugePages or HugePages-SIZE.</summary>
    [Proto(1)] public string? Medium { get; init; }

    /// <summary>The most that it may hold. For Memory the smaller of this and the memory limits counts.</summary>
    [Proto(2)] public Quantity? SizeLimit { get; init; }
}

/// <summary>The keys of a Secret as files.</summary>
public sealed record SecretVolumeSource
{
    /// <summary>Name of the Secret in the Pod's namespace.</summary>
    [Proto(1)] public string? SecretName { get; init; }

    /// <summary>Which keys become files, and where; absent means every key, under its own name.</summary>
    [Proto(2), Atomic] public IReadOnlyList<KeyToPath>? Items { get; init; }

    /// <summary>Permission bits of the files, as a decimal number in JSON; 420 is 0644.</summary>
    [Proto(3, Pointer = true), Default("420")] public int? DefaultMode { get; init; }

    /// <summary>True if the Secret or its keys may be missing.</summary>
    [Proto(4, Pointer = true)] public bool? Optional { get; init; }
}

/// <summary>The keys of a ConfigMap as files.</summary>
public sealed record ConfigMapVolumeSource
{
    /// <summary>Name of the ConfigMap in the Pod's namespace.</summary>
    [Proto(1, 1), Default("\"\"")] public string? Name { get; init; }

    /// <summary>Which keys become files, and where; absent means every key, under its own name.</summary>
    [Proto(2), Atomic] public IReadOnlyList<KeyToPath>? Items { get; init; }

    /// <summary>Permission bits of the files, as a decimal number in JSON; 420 is 0644.</summary>
    [Proto(3, Pointer = true), Default("420")] public int? DefaultMode { get; init; }

    /// <summary>True if the ConfigMap or its keys may be missing.</summary>
    [Proto(4, Pointer = true)] public bool? Optional { get; init; }
}

/// <summary>Which file a key becomes.</summary>
public sealed record KeyToPath
{
    /// <summary>The key.</summary>
    [Proto(1), Required] public string Key { get; init; } = "";

    /// <summary>Path of the file, relative and without "..".</summary>
    [Proto(2), Required] public string Path { get; init; } = "";

    /// <summary>Permission bits of this file, instead of the volume's default.</summary>
    [Proto(3, Pointer = true)] public int? Mode { get; init; }
}

/// <summary>Fields of the Pod as files.</summary>
public sealed record DownwardAPIVolumeSource
{
    /// <summary>The files.</summary>
    [Proto(1), Atomic] public IReadOnlyList<DownwardAPIVolumeFile>? Items { get; init; }

    /// <summary>Permission bits of the files, as a decimal number in JSON; 420 is 0644.</summary>
    [Proto(2, Pointer = true), Default("420")] public int? DefaultMode { get; init; }
}

/// <summary>One file that shows a field of the Pod.</summary>
public sealed record DownwardAPIVolumeFile
{
    /// <summary>Path of the file, relative and without "..".</summary>
    [Proto(1), Required] public string Path { get; init; } = "";

    /// <summary>The field: labels, annotations, name, namespace or uid.</summary>
    [Proto(2)] public ObjectFieldSelector? FieldRef { get; init; }

    /// <summary>A resource limit or request of a container, instead of a field.</summary>
    [Proto(3)] public ResourceFieldSelector? ResourceFieldRef { get; init; }

    /// <summary>Permission bits of this file, instead of the volume's default.</summary>
    [Proto(4, Pointer = true)] public int? Mode { get; init; }
}

/// <summary>The storage of a claim.</summary>
public sealed record PersistentVolumeClaimVolumeSource
{
    /// <summary>Name of a PersistentVolumeClaim in the Pod's namespace.</summary>
    [Proto(1), Required] public string ClaimName { get; init; } = "";

    /// <summary>True to make all mounts of it read-only.</summary>
    [Proto(2)] public bool? ReadOnly { get; init; }
}

/// <summary>A directory exported over NFS.</summary>
public sealed record NFSVolumeSource
{
    /// <summary>Host name or address of the server.</summary>
    [Proto(1), Required] public string Server { get; init; } = "";

    /// <summary>The exported path.</summary>
    [Proto(2), Required] public string Path { get; init; } = "";

    /// <summary>True to mount it read-only.</summary>
    [Proto(3)] public bool? ReadOnly { get; init; }
}

/// <summary>A volume that a CSI driver makes for one Pod.</summary>
public sealed record CSIVolumeSource
{
    /// <summary>Name of the driver.</summary>
    [Proto(1), Required] public string Driver { get; init; } = "";

    /// <summary>True to mount it read-only.</summary>
    [Proto(2, Pointer = true)] public bool? ReadOnly { get; init; }

    /// <summary>File system to mount; if absent the driver chooses.</summary>
    [Proto(3, Pointer = true)] public string? FsType { get; init; }

    /// <summary>Settings that only the driver understands.</summary>
    [Proto(4)] public IReadOnlyDictionary<string, string>? VolumeAttributes { get; init; }

    /// <summary>Secret that is passed to the driver when it publishes the volume.</summary>
    [Proto(5)] public LocalObjectReference? NodePublishSecretRef { get; init; }
}

/// <summary>A volume whose claim is made for one Pod and owned by it.</summary>
public sealed record EphemeralVolumeSource
{
    /// <summary>
    /// The claim to make. It is named POD-VOLUME, and an unrelated claim of that name keeps the Pod from starting.
    /// </summary>
    [Proto(1)] public PersistentVolumeClaimTemplate? VolumeClaimTemplate { get; init; }
}

/// <summary>The content of an OCI image or artifact.</summary>
public sealed record ImageVolumeSource
{
    /// <summary>The image, named as a container's image is.</summary>
    [Proto(1)] public string? Reference { get; init; }

    /// <summary>When it is pulled, as a container's imagePullPolicy.</summary>
    [Proto(2), Values("Always", "IfNotPresent", "Never")] public string? PullPolicy { get; init; }
}
