using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>What a Pod should run: its containers, their volumes, and how and where they are to be run.</summary>
public sealed record PodSpec
{
    /// <summary>Volumes that the Pod's containers may mount.</summary>
    [Proto(1), ListMap("name", RetainKeys = true)] public IReadOnlyList<Volume>? Volumes { get; init; }

    /// <summary>
    /// Containers that run one after another, each to its end, before the others start. One with restartPolicy Always
    /// is a sidecar: it keeps running beside them.
    /// </summary>
    [Proto(20), ListMap("name")] public IReadOnlyList<Container>? InitContainers { get; init; }

    /// <summary>The Pod's main containers; there is at least one. None can be added or removed later.</summary>
    [Proto(2), Required, ListMap("name")] public IReadOnlyList<Container> Containers { get; init; } = [];

    /// <summary>Containers added to a running Pod for debugging, through the ephemeralcontainers subresource only.</summary>
    [Proto(34), ListMap("name")] public IReadOnlyList<EphemeralContainer>? EphemeralContainers { get; init; }

    /// <summary>Whether containers that end are started again: Always, OnFailure or Never.</summary>
    [Proto(3), Values("Always", "OnFailure", "Never"), Default("\"Always\"")] public string? RestartPolicy { get; init; }

    /// <summary>Seconds that containers have, after the termination signal, until they are killed. 0 kills at once.</summary>
    [Proto(4, Pointer = true), Default("30")] public long? TerminationGracePeriodSeconds { get; init; }

    /// <summary>Seconds after the Pod's start at which it is stopped and marked failed, if it still runs.</summary>
    [Proto(5, Pointer = true)] public long? ActiveDeadlineSeconds { get; init; }

    /// <summary>
    /// Where name resolution is configured from: the cluster's DNS, the node's own settings (Default), or dnsConfig
    /// alone (None).
    /// </summary>
    [Values("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"), Default("\"ClusterFirst\"")]
    [Proto(6)] public string? DnsPolicy { get; init; }

    /// <summary>Labels that a node must have for the Pod to be placed on it.</summary>
    [Proto(7), Atomic] public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>The ServiceAccount as which the Pod's processes speak to the API.</summary>
    [Proto(8)] public string? ServiceAccountName { get; init; }

    /// <summary>Older name of serviceAccountName, kept in step with it.</summary>
    [Proto(9)] public string? ServiceAccount { get; init; }

    /// <summary>Whether a token of the ServiceAccount is mounted into the containers.</summary>
    [Proto(21, Pointer = true)] public bool? AutomountServiceAccountToken { get; init; }

    /// <summary>The node that runs the Pod. The scheduler fills it in; set by hand it bypasses the scheduler.</summary>
    [Proto(10)] public string? NodeName { get; init; }

    /// <summary>
    /// True to use the node's network instead of one of the Pod's own. Container ports are then ports of the node.
    /// </summary>
    [Proto(11)] public bool? HostNetwork { get; init; }

    /// <summary>True to share the node's process namespace.</summary>
    [Proto(12)] public bool? HostPID { get; init; }

    /// <summary>True to share the node's interprocess communication namespace.</summary>
    [Proto(13)] public bool? HostIPC { get; init; }

    /// <summary>True to let the Pod's containers see one another's processes. It can't be combined with hostPID.</summary>
    [Proto(27, Pointer = true)] public bool? ShareProcessNamespace { get; init; }

    /// <summary>Security settings of the whole Pod, and defaults for its containers.</summary>
    [Proto(14), Default("{}")] public PodSecurityContext? SecurityContext { get; init; }

    /// <summary>Secrets in the Pod's namespace that hold credentials for pulling its images.</summary>
    [Proto(15), ListMap("name")] public IReadOnlyList<LocalObjectReference>? ImagePullSecrets { get; init; }

    /// <summary>The Pod's host name, when it should not be the Pod's name.</summary>
    [Proto(16)] public string? Hostname { get; init; }

    /// <summary>
    /// With it the Pod's full host name is hostname.subdomain.namespace.svc.domain; without it the Pod has no domain
    /// name.
    /// </summary>
    [Proto(17)] public string? Subdomain { get; init; }

    /// <summary>Which nodes, and the vicinity of which Pods, the Pod prefers, requires or avoids.</summary>
    [Proto(18)] public Affinity? Affinity { get; init; }

    /// <summary>The scheduler that is to place the Pod.</summary>
    [Proto(19), Default("\"default-scheduler\"")] public string? SchedulerName { get; init; }

    /// <summary>The taints of nodes that the Pod puts up with.</summary>
    [Proto(22), Atomic] public IReadOnlyList<Toleration>? Tolerations { get; init; }

    /// <summary>Entries added to the hosts file of the Pod's containers.</summary>
    [Proto(23), ListMap("ip")] public IReadOnlyList<HostAlias>? HostAliases { get; init; }

    /// <summary>Name of the PriorityClass that gives the Pod its priority.</summary>
    [Proto(24)] public string? PriorityClassName { get; init; }

    /// <summary>The Pod's priority, taken from its PriorityClass; a higher one is more important.</summary>
    [Proto(25, Pointer = true)] public int? Priority { get; init; }

    /// <summary>DNS settings merged with those that dnsPolicy yields.</summary>
    [Proto(26)] public PodDNSConfig? DnsConfig { get; init; }

    /// <summary>Conditions that must be True, beside all containers being ready, for the Pod to be ready.</summary>
    [Proto(28), Atomic] public IReadOnlyList<PodReadinessGate>? ReadinessGates { get; init; }

    /// <summary>Name of the RuntimeClass with which the Pod is run.</summary>
    [Proto(29, Pointer = true)] public string? RuntimeClassName { get; init; }

    /// <summary>Whether environment variables describe the Services of the namespace.</summary>
    [Proto(30, Pointer = true)] public bool? EnableServiceLinks { get; init; }

    /// <summary>Whether the Pod may displace Pods of lower priority: PreemptLowerPriority or Never.</summary>
    [Proto(31, Pointer = true), Values("Never", "PreemptLowerPriority")] public string? PreemptionPolicy { get; init; }

    /// <summary>Resources that running the Pod takes beyond those of its containers, from its RuntimeClass.</summary>
    [Proto(32)] public IReadOnlyDictionary<string, Quantity>? Overhead { get; init; }

    /// <summary>How Pods like this one should be spread over zones, nodes or other domains. All must be met.</summary>
    [ListMap("topologyKey", "whenUnsatisfiable")]
    [Proto(33)] public IReadOnlyList<TopologySpreadConstraint>? TopologySpreadConstraints { get; init; }

    /// <summary>True to set the full domain name as the host name in the kernel.</summary>
    [Proto(35, Pointer = true)] public bool? SetHostnameAsFQDN { get; init; }

    /// <summary>The operating system that the containers are made for. Some fields are only allowed on one system.</summary>
    [Proto(36)] public PodOS? Os { get; init; }

    /// <summary>False to run the containers in a user namespace of their own; absent or true uses the node's.</summary>
    [Proto(37, Pointer = true)] public bool? HostUsers { get; init; }

    /// <summary>
    /// While any gate is listed the scheduler leaves the Pod alone. Gates are set at creation and can only be taken
    /// away.
    /// </summary>
    [Proto(38), ListMap("name")] public IReadOnlyList<PodSchedulingGate>? SchedulingGates { get; init; }

    /// <summary>Resource claims that must be allocated before the Pod starts; containers use them by name.</summary>
    [Proto(39), ListMap("name", RetainKeys = true)] public IReadOnlyList<PodResourceClaim>? ResourceClaims { get; init; }

    /// <summary>Resources of the Pod as a whole, shared by its containers; only cpu, memory and huge pages are allowed.</summary>
    [Proto(40)] public ResourceRequirements? Resources { get; init; }
}
