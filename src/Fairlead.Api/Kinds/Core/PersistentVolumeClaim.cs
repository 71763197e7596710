using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Asks for storage; a PersistentVolume that suits is bound to it.</summary>
[Kind("", "v1", "persistentvolumeclaims")]
public sealed record PersistentVolumeClaim : KubeObject
{
    /// <summary>The storage that is asked for.</summary>
    [Proto(2), Default("{}")] public PersistentVolumeClaimSpec? Spec { get; init; }

    /// <summary>Whether it was found, and what it is.</summary>
    [Proto(3)] public PersistentVolumeClaimStatus? Status { get; init; }
}

/// <summary>The observed state of a claim.</summary>
public sealed record PersistentVolumeClaimStatus
{
    /// <summary>Pending, Bound, or Lost when the volume has gone.</summary>
    [Proto(1)] public string? Phase { get; init; }

    /// <summary>How the bound volume can be mounted.</summary>
    [Proto(2), Atomic] public IReadOnlyList<string>? AccessModes { get; init; }

    /// <summary>The size of the bound volume.</summary>
    [Proto(3)] public IReadOnlyDictionary<string, Quantity>? Capacity { get; init; }

    /// <summary>What goes on, such as Resizing or FileSystemResizePending.</summary>
    [Proto(4), ListMap("type")] public IReadOnlyList<PersistentVolumeClaimCondition>? Conditions { get; init; }

    /// <summary>The size that counts against quota while the volume grows: the greater of what was asked for and what there is.</summary>
    [Proto(5)] public IReadOnlyDictionary<string, Quantity>? AllocatedResources { get; init; }

    /// <summary>How far the growth of each resource has come.</summary>
    [Proto(7)] public IReadOnlyDictionary<string, string>? AllocatedResourceStatuses { get; init; }

    /// <summary>The VolumeAttributesClass that the volume has now.</summary>
    [Proto(8, Pointer = true)] public string? CurrentVolumeAttributesClassName { get; init; }

    /// <summary>A change of the VolumeAttributesClass that goes on.</summary>
    [Proto(9)] public ModifyVolumeStatus? ModifyVolumeStatus { get; init; }
}

/// <summary>A change of a volume's attributes.</summary>
public sealed record ModifyVolumeStatus
{
    /// <summary>The VolumeAttributesClass that the volume is to have.</summary>
    [Proto(1)] public string? TargetVolumeAttributesClassName { get; init; }

    /// <summary>Pending, InProgress, or Infeasible when the driver refuses.</summary>
    [Proto(2), Required, Zero] public string Status { get; init; } = "";
}

/// <summary>One aspect of a claim's state.</summary>
public sealed record PersistentVolumeClaimCondition
{
    /// <summary>What the condition is about.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Proto(2), Required, Zero] public string Status { get; init; } = "";

    /// <summary>When the condition was last looked at.</summary>
    [Proto(3)] public DateTimeOffset? LastProbeTime { get; init; }

    /// <summary>When the status last changed.</summary>
    [Proto(4)] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One CamelCase word for the last change.</summary>
    [Proto(5)] public string? Reason { get; init; }

    /// <summary>Details for people.</summary>
    [Proto(6)] public string? Message { get; init; }
}
