using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Storage.V1;

/// <summary>Asks a driver to attach a volume to a node.</summary>
[Kind("storage.k8s.io", "v1", "volumeattachments", Namespaced = false)]
public sealed record VolumeAttachment : KubeObject
{
    /// <summary>Which volume, to which node, by whom. It cannot be changed.</summary>
    [Proto(2), Required] public VolumeAttachmentSpec? Spec { get; init; }

    /// <summary>Whether it is attached.</summary>
    [Proto(3)] public VolumeAttachmentStatus? Status { get; init; }
}

/// <summary>Which volume is attached to which node.</summary>
public sealed record VolumeAttachmentSpec
{
    /// <summary>Name of the driver.</summary>
    [Proto(1), Required] public string Attacher { get; init; } = "";

    /// <summary>The volume.</summary>
    [Proto(2), Required] public VolumeAttachmentSource? Source { get; init; }

    /// <summary>Name of the node.</summary>
    [Proto(3), Required] public string NodeName { get; init; } = "";
}

/// <summary>A volume, by the name of its object or by its spec.</summary>
public sealed record VolumeAttachmentSource
{
    /// <summary>Name of a PersistentVolume.</summary>
    [Proto(1, Pointer = true)] public string? PersistentVolumeName { get; init; }

    /// <summary>A volume that a Pod names inline, as a PersistentVolume would say it.</summary>
    [Proto(2)] public PersistentVolumeSpec? InlineVolumeSpec { get; init; }
}

/// <summary>The observed state of an attachment.</summary>
public sealed record VolumeAttachmentStatus
{
    /// <summary>True if the volume is attached.</summary>
    [Proto(1), Required, Zero] public bool Attached { get; init; }

    /// <summary>What the driver said when it attached the volume, for mounting it.</summary>
    [Proto(2)] public IReadOnlyDictionary<string, string>? AttachmentMetadata { get; init; }

    /// <summary>Why the last try to attach failed.</summary>
    [Proto(3)] public VolumeError? AttachError { get; init; }

    /// <summary>Why the last try to detach failed.</summary>
    [Proto(4)] public VolumeError? DetachError { get; init; }
}

/// <summary>A failure of a driver.</summary>
public sealed record VolumeError
{
    /// <summary>When it happened.</summary>
    [Proto(1)] public DateTimeOffset? Time { get; init; }

    /// <summary>Details, which may be logged: no secrets.</summary>
    [Proto(2)] public string? Message { get; init; }

    /// <summary>The gRPC code of the failure.</summary>
    [Proto(3, Pointer = true)] public int? ErrorCode { get; init; }
}
