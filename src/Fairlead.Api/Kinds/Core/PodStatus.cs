using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>What was last observed of a Pod.</summary>
public sealed record PodStatus
{
    /// <summary>The generation of the Pod that this status was computed from.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>A summary of the life cycle: Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string? Phase { get; init; }

    /// <summary>Facts about the Pod, each True, False or Unknown.</summary>
    [ListMap("type")] public IReadOnlyList<PodCondition>? Conditions { get; init; }

    /// <summary>Why the Pod is in this state, for people.</summary>
    public string? Message { get; init; }

    /// <summary>Why the Pod is in this state, in one word, such as Evicted.</summary>
    public string? Reason { get; init; }

    /// <summary>The node on which room is being made for this Pod by preemption. It is no promise.</summary>
    public string? NominatedNodeName { get; init; }

    /// <summary>Address of the Pod's node.</summary>
    public string? HostIP { get; init; }

    /// <summary>Addresses of the Pod's node, at most one of each family; the first equals hostIP.</summary>
    [Atomic, ListMap("ip", PatchMergeOnly = true)] public IReadOnlyList<HostIP>? HostIPs { get; init; }

    /// <summary>Address of the Pod, reachable at least within the cluster.</summary>
    public string? PodIP { get; init; }

    /// <summary>Addresses of the Pod, at most one of each family; the first equals podIP.</summary>
    [ListMap("ip")] public IReadOnlyList<PodIP>? PodIPs { get; init; }

    /// <summary>When the node accepted the Pod, before it pulled images.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>Status of each init container, in order of their declaration.</summary>
    [Atomic] public IReadOnlyList<ContainerStatus>? InitContainerStatuses { get; init; }

    /// <summary>Status of each main container.</summary>
    [Atomic] public IReadOnlyList<ContainerStatus>? ContainerStatuses { get; init; }

    /// <summary>The quality of service that follows from the resources: Guaranteed, Burstable or BestEffort.</summary>
    [Values("Guaranteed", "Burstable", "BestEffort")] public string? QosClass { get; init; }

    /// <summary>Status of each ephemeral container.</summary>
    [Atomic] public IReadOnlyList<ContainerStatus>? EphemeralContainerStatuses { get; init; }

    /// <summary>
    /// State of a wanted resize of containers. Replaced by the conditions PodResizePending and PodResizeInProgress.
    /// </summary>
    public string? Resize { get; init; }

    /// <summary>The claims made for, or used by, the entries of resourceClaims.</summary>
    [ListMap("name", RetainKeys = true)]
    public IReadOnlyList<PodResourceClaimStatus>? ResourceClaimStatuses { get; init; }
}

/// <summary>One fact about a Pod.</summary>
public sealed record PodCondition
{
    /// <summary>What the condition is about: PodScheduled, Initialized, ContainersReady, Ready or another.</summary>
    [Required] public string Type { get; init; } = "";

    /// <summary>The generation of the Pod that the condition was computed from.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>True, False or Unknown.</summary>
    [Required] public string Status { get; init; } = "";

    /// <summary>When the condition was last checked.</summary>
    public DateTimeOffset? LastProbeTime { get; init; }

    /// <summary>When the condition last went from one status to another.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>Why it last changed, in one word.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it last changed, for people.</summary>
    public string? Message { get; init; }
}

/// <summary>An address of a node.</summary>
public sealed record HostIP
{
    /// <summary>The address.</summary>
    [Required] public string Ip { get; init; } = "";
}

/// <summary>An address of a Pod.</summary>
public sealed record PodIP
{
    /// <summary>The address.</summary>
    [Required] public string Ip { get; init; } = "";
}

/// <summary>The claim that one entry of resourceClaims got.</summary>
public sealed record PodResourceClaimStatus
{
    /// <summary>Name of the entry.</summary>
    [Required] public string Name { get; init; } = "";

    /// <summary>Name of the ResourceClaim made for it; absent if none was needed.</summary>
    public string? ResourceClaimName { get; init; }
}
