using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Storage.V1;

/// <summary>Says what a CSI driver of the same name needs and can do.</summary>
[Kind("storage.k8s.io", "v1", "csidrivers", Namespaced = false)]
public sealed record CSIDriver : KubeObject
{
    /// <summary>What the driver needs and can do.</summary>
    [Proto(2), Required] public CSIDriverSpec? Spec { get; init; }
}

/// <summary>What a CSI driver needs and can do.</summary>
public sealed record CSIDriverSpec
{
    /// <summary>True (if not given) if volumes are attached to nodes before they are mounted. It cannot be changed.</summary>
    [Proto(1, Pointer = true), Default("true")] public bool? AttachRequired { get; init; }

    /// <summary>True if the driver is told name, namespace, uid and service account of the Pod.</summary>
    [Proto(2, Pointer = true), Default("false")] public bool? PodInfoOnMount { get; init; }

    /// <summary>Persistent (if not given) and Ephemeral: which sorts of volumes there are. It cannot be changed.</summary>
    [Proto(3), ListSet] public IReadOnlyList<string>? VolumeLifecycleModes { get; init; }

    /// <summary>True if the scheduler is to look at CSIStorageCapacity objects.</summary>
    [Proto(4, Pointer = true), Default("false")] public bool? StorageCapacity { get; init; }

    /// <summary>Whether owner and mode of a volume's files are set for fsGroup: None, File, or ReadWriteOnceWithFSType (if not given).</summary>
    [Proto(5, Pointer = true), Default("\"ReadWriteOnceWithFSType\"")] public string? FsGroupPolicy { get; init; }

    /// <summary>Tokens of the Pod's service account that the driver is given at a mount.</summary>
    [Proto(6), Atomic] public IReadOnlyList<TokenRequest>? TokenRequests { get; init; }

    /// <summary>True if the driver is called again now and then, so that what is mounted stays fresh.</summary>
    [Proto(7, Pointer = true), Default("false")] public bool? RequiresRepublish { get; init; }

    /// <summary>True if volumes can be mounted with an SELinux context.</summary>
    [Proto(8, Pointer = true), Default("false")] public bool? SeLinuxMount { get; init; }

    /// <summary>Seconds after which the number of volumes that a node can take is asked for again; at least 10.</summary>
    [Proto(9, Pointer = true)] public long? NodeAllocatableUpdatePeriodSeconds { get; init; }
}

/// <summary>A token of a service account.</summary>
public sealed record TokenRequest
{
    /// <summary>Whom the token is for; the API server itself if empty.</summary>
    [Proto(1), Required, Zero] public string Audience { get; init; } = "";

    /// <summary>Seconds that the token is valid.</summary>
    [Proto(2, Pointer = true)] public long? ExpirationSeconds { get; init; }
}
