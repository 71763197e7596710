using System.Text.Json.Serialization;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>The observed state of a node.</summary>
public sealed record NodeStatus
{
    /// <summary>What the node has in all: cpu, memory, pods, ephemeral-storage and others.</summary>
    [Proto(1)] public IReadOnlyDictionary<string, Quantity>? Capacity { get; init; }

    /// <summary>What of the capacity Pods may ask for.</summary>
    [Proto(2)] public IReadOnlyDictionary<string, Quantity>? Allocatable { get; init; }

    /// <summary>No longer set; conditions say more.</summary>
    [Proto(3)] public string? Phase { get; init; }

    /// <summary>Ready, MemoryPressure, DiskPressure, PIDPressure, NetworkUnavailable and others.</summary>
    [Proto(4), ListMap("type")] public IReadOnlyList<NodeCondition>? Conditions { get; init; }

    /// <summary>Addresses and names at which the node is reached.</summary>
    [Proto(5), ListMap("type")] public IReadOnlyList<NodeAddress>? Addresses { get; init; }

    /// <summary>Ports at which the node's agent listens.</summary>
    [Proto(6)] public NodeDaemonEndpoints? DaemonEndpoints { get; init; }

    /// <summary>Identifiers and versions of the machine and its software.</summary>
    [Proto(7)] public NodeSystemInfo? NodeInfo { get; init; }

    /// <summary>Container images that are on the node.</summary>
    [Proto(8), Atomic] public IReadOnlyList<ContainerImage>? Images { get; init; }

    /// <summary>Volumes that the node uses, by their unique names; they must not be detached.</summary>
    [Proto(9), Atomic] public IReadOnlyList<string>? VolumesInUse { get; init; }

    /// <summary>Volumes that are attached to the node.</summary>
    [Proto(10), Atomic] public IReadOnlyList<AttachedVolume>? VolumesAttached { get; init; }

    /// <summary>State of the configuration source. No longer used.</summary>
    [Proto(11)] public NodeConfigStatus? Config { get; init; }

    /// <summary>The runtime handlers that the node offers.</summary>
    [Proto(12), Atomic] public IReadOnlyList<NodeRuntimeHandler>? RuntimeHandlers { get; init; }

    /// <summary>What the container runtime as a whole can do.</summary>
    [Proto(13)] public NodeFeatures? Features { get; init; }
}

/// <summary>One aspect of a node's state.</summary>
public sealed record NodeCondition
{
    /// <summary>What the condition is about.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Proto(2), Required, Zero] public string Status { get; init; } = "";

    /// <summary>When the agent last reported the condition.</summary>
    [Proto(3)] public DateTimeOffset? LastHeartbeatTime { get; init; }

    /// <summary>When the status last changed.</summary>
    [Proto(4)] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One CamelCase word for the last change.</summary>
    [Proto(5)] public string? Reason { get; init; }

    /// <summary>Details for people.</summary>
    [Proto(6)] public string? Message { get; init; }
}

/// <summary>One address of a node.</summary>
public sealed record NodeAddress
{
    /// <summary>Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>The address or name.</summary>
    [Proto(2), Required, Zero] public string Address { get; init; } = "";
}

/// <summary>The ports of a node's agents.</summary>
public sealed record NodeDaemonEndpoints
{
    /// <summary>The port of the kubelet's API.</summary>
    [Proto(1)] public DaemonEndpoint? KubeletEndpoint { get; init; }
}

/// <summary>One agent's port.</summary>
public sealed record DaemonEndpoint
{
    /// <summary>The port's number. The capital letter in its name is the wire format's.</summary>
    [Proto(1), JsonPropertyName("Port"), Required, Zero] public int Port { get; init; }
}

/// <summary>Identifiers and versions of a node.</summary>
public sealed record NodeSystemInfo
{
    /// <summary>The machine id, the same for the life of the installation.</summary>
    [Proto(1), Required, Zero] public string MachineID { get; init; } = "";

    /// <summary>The hardware's UUID.</summary>
    [Proto(2), Required, Zero] public string SystemUUID { get; init; } = "";

    /// <summary>An id that changes at every boot.</summary>
    [Proto(3), Required, Zero] public string BootID { get; init; } = "";

    /// <summary>Kernel version, as uname -r gives it.</summary>
    [Proto(4), Required, Zero] public string KernelVersion { get; init; } = "";

    /// <summary>The operating system's name and release, as os-release gives it.</summary>
    [Proto(5), Required, Zero] public string OsImage { get; init; } = "";

    /// <summary>The container runtime and its version, such as containerd://1.6.20.</summary>
    [Proto(6), Required, Zero] public string ContainerRuntimeVersion { get; init; } = "";

    /// <summary>Version of the kubelet.</summary>
    [Proto(7), Required, Zero] public string KubeletVersion { get; init; } = "";

    /// <summary>Deprecated: version of the service proxy. It is not set any more.</summary>
    [Proto(8), Required, Zero] public string KubeProxyVersion { get; init; } = "";

    /// <summary>Operating system, such as linux.</summary>
    [Proto(9), Required, Zero] public string OperatingSystem { get; init; } = "";

    /// <summary>Processor architecture, such as amd64.</summary>
    [Proto(10), Required, Zero] public string Architecture { get; init; } = "";

    /// <summary>The node's swap space.</summary>
    [Proto(11)] public NodeSwapStatus? Swap { get; init; }
}

/// <summary>The swap space of a node.</summary>
public sealed record NodeSwapStatus
{
    /// <summary>Bytes of swap.</summary>
    [Proto(1, Pointer = true)] public long? Capacity { get; init; }
}
