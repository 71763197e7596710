using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Where a volume appears in a container.</summary>
public sealed record VolumeMount
{
    /// <summary>Name of one of the Pod's volumes.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>True to mount it read-only.</summary>
    [Proto(2)] public bool? ReadOnly { get; init; }

    /// <summary>Whether a read-only mount is read-only in its submounts too: Disabled, IfPossible or Enabled.</summary>
    [Proto(7, Pointer = true), Values("Disabled", "IfPossible", "Enabled")] public string? RecursiveReadOnly { get; init; }

    /// <summary>Path in the container at which the volume is mounted; it may not contain a colon.</summary>
    [Proto(3), Required] public string MountPath { get; init; } = "";

    /// <summary>Path within the volume to mount instead of its root.</summary>
    [Proto(4)] public string? SubPath { get; init; }

    /// <summary>How mounts pass between node and container: None (the default), HostToContainer or Bidirectional.</summary>
    [Proto(5, Pointer = true), Values("None", "HostToContainer", "Bidirectional")] public string? MountPropagation { get; init; }

    /// <summary>Like subPath, with $(NAME) replaced by the container's environment variables. The two exclude each other.</summary>
    [Proto(6)] public string? SubPathExpr { get; init; }
}

/// <summary>A raw block device in a container.</summary>
public sealed record VolumeDevice
{
    /// <summary>Name of a persistentVolumeClaim volume of the Pod.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>Path in the container at which the device appears.</summary>
    [Proto(2), Required] public string DevicePath { get; init; } = "";
}
