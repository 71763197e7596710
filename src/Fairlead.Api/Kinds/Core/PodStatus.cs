using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>What was last observed of a Pod.</summary>
public sealed record PodStatus
{
    /// <summary>The generation of the Pod that this status was computed from.</summary>
    [Proto(17)] public long? ObservedGeneration { get; init; }

    /// <summary>A summary of the life cycle: Pending, Running, Succeeded, Failed or Unknown.</summary>
    [Proto(1)] public string? Phase { get; init; }

    /// <summary>Facts about the Pod, each True, False or Unknown.</summary>
    [Proto(2), ListMap("type")] public IReadOnlyList<PodCondition>? Conditions { get; init; }

    /// <summary>Why the Pod is in this state, for people.</summary>
    [Proto(3)] public string? Message { get; init; }

    /// <summary>Why the Pod is in this state, in one word, such as Evicted.</summary>
    [Proto(4)] public string? Reason { get; init; }

    /// <summary>The node on which room is being made for this Pod by preemption. It is no promise.</summary>
    [Proto(11)] public string? NominatedNodeName { get; init; }

    /// <summary>Address of the Pod's node.</summary>
    [Proto(5)] public string? HostIP { get; init; }

    /// <summary>Addresses of the Pod's node, at most one of each family; the first equals hostIP.</summary>
    [Proto(16), Atomic, ListMap("ip", PatchMergeOnly = true)] public IReadOnlyList<HostIP>? HostIPs { get; init; }

    /// <summary>Address of the Pod, reachable at least within the cluster.</summary>
    [Proto(6)] public string? PodIP { get; init; }

    /// <summary>Addresses of the Pod, at most one of each family; the first equals podIP.</summary>
    [Proto(12), ListMap("ip")] public IReadOnlyList<PodIP>? PodIPs { get; init; }

    /// <summary>When the node accepted the Pod, before it pulled images.</summary>
    [Proto(7)] public DateTimeOffset? StartTime { get; init; }

    /// <summary>Status of each init container, in order of their declaration.</summary>
    [Proto(10), Atomic] public IReadOnlyList<ContainerStatus>? InitContainerStatuses { get; init; }

    /// <summary>Status of each main container.</summary>
    [Proto(8), Atomic] public IReadOnlyList<ContainerStatus>? ContainerStatuses { get; init; }

    /// <summary>The quality of service that follows from the resources: Guaranteed, Burstable or BestEffort.</summary>
    [Proto(9), Values("Guaranteed", "Burstable", "BestEffort")] public string? QosClass { get; init; }

    /// <summary>Status of each ephemeral container.</summary>
    [Proto(13), Atomic] public IReadOnlyList<ContainerStatus>? EphemeralContainerStatuses { get; init; }

    /// <summary>
    /// State of a wanted resize of containers. Replaced by the conditions PodResizePending and PodResizeInProgress.
    /// </summary>
    [Proto(14)] public string? Resize { get; init; }

    /// <summary>The claims made for, or used by, the entries of resourceClaims.</summary>
    [ListMap("name", RetainKeys = true)]
    [Proto(15)] public IReadOnlyList<PodResourceClaimStatus>? ResourceClaimStatuses { get; init; }
}

/// <summary>One fact about a Pod.</summary>
public sealed record PodCondition
{
    /// <summary>What the condition is about: PodScheduled, Initialized, ContainersReady, Ready or another.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>The generation of the Pod that the condition was computed from.</summary>
    [Proto(7)] public long? ObservedGeneration { get; init; }

    /// <summary>True, False or Unknown.</summary>
    [Proto(2), Required, Zero] public string Status { get; init; } = "";

    /// <summary>When the condition was last checked.</summary>
    [Proto(3)] public DateTimeOffset? LastProbeTime { get; init; }

    /// <summary>When the condition last went from one status to another.</summary>
    [Proto(4)] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>Why it last changed, in one word.</summary>
    [Proto(5)] public string? Reason { get; init; }

    /// <summary>Why it last changed, for people.</summary>
    [Proto(6)] public string? Message { get; init; }
}

/// <summary>An address of a node.</summary>
public sealed record HostIP
{
    /// <summary>The address.</summary>
    [Proto(1), Required, Zero] public string Ip { get; init; } = "";
}

/// <summary>An address of a Pod.</summary>
public sealed record PodIP
{
    /// <summary>The address.</summary>
    [Proto(1), Required, Zero] public string Ip { get; init; } = "";
}

/// <summary>The claim that one entry of resourceClaims got.</summary>
public sealed record PodResourceClaimStatus
{
    /// <summary>Name of the entry.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>Name of the ResourceClaim made for it; absent if none was needed.</summary>
    [Proto(2, Pointer = true)] public string? ResourceClaimName { get; init; }
}
