using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>What a Pod should run: its containers, their volumes, and how and where they are to be run.</summary>
public sealed record PodSpec
{
    /// <summary>Volumes that the Pod's containers may mount.</summary>
    [ListMap("name", RetainKeys = true)] public IReadOnlyList<Volume>? Volumes { get; init; }

    /// <summary>
    /// Containers that run one after another, each to its end, before the others start. One with restartPolicy Always
    /// is a sidecar: it keeps running beside them.
    /// </summary>
    [ListMap("name")] public IReadOnlyList<Container>? InitContainers { get; init; }

    /// <summary>The Pod's main containers; there is at least one. None can be added or removed later.</summary>
    [Required, ListMap("name")] public IReadOnlyList<Container> Containers { get; init; } = [];

    /// <summary>Containers added to a running Pod for debugging, through the ephemeralcontainers subresource only.</summary>
    [ListMap("name")] public IReadOnlyList<EphemeralContainer>? EphemeralContainers { get; init; }

    /// <summary>Whether containers that end are started again: Always, OnFailure or Never.</summary>
    [Values("Always", "OnFailure", "Never"), Default("\"Always\"")] public string? RestartPolicy { get; init; }

    /// <summary>Seconds that containers have, after the termination signal, until they are killed. 0 kills at once.</summary>
    [Default("30")] public long? TerminationGracePeriodSeconds { get; init; }

    /// <summary>Seconds after the Pod's start at which it is stopped and marked failed, if it still runs.</summary>
    public long? ActiveDeadlineSeconds { get; init; }

    /// <summary>
    /// Where name resolution is configured from: the cluster's DNS, the node's own settings (Default), or dnsConfig
    /// alone (None).
    /// </summary>
    [Values("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"), Default("\"ClusterFirst\"")]
    public string? DnsPolicy { get; init; }

    /// <summary>Labels that a node must have for the Pod to be placed on it.</summary>
    [Atomic] public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>The ServiceAccount as which the Pod's processes speak to the API.</summary>
    public string? ServiceAccountName { get; init; }

    /// <summary>Older name of serviceAccountName, kept in step with it.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>Whether a token of the ServiceAccount is mounted into the containers.</summary>
    public bool? AutomountServiceAccountToken { get; init; }

    /// <summary>The node that runs the Pod. The scheduler fills it in; set by hand it bypasses the scheduler.</summary>
    public string? NodeName { get; init; }

    /// <summary>
    /// True to use the node's network instead of one of the Pod's own. Container ports are then ports of the node.
    /// </summary>
    public bool? HostNetwork { get; init; }

    /// <summary>True to share the node's process namespace.</summary>
    public bool? HostPID { get; init; }

    /// <summary>True to share the node's interprocess communication namespace.</summary>
    public bool? HostIPC { get; init; }

    /// <summary>True to let the Pod's containers see one another's processes. It can't be combined with hostPID.</summary>
    public bool? ShareProcessNamespace { get; init; }

    /// <summary>Security settings of the whole Pod, and defaults for its containers.</summary>
    [Default("{}")] public PodSecurityContext? SecurityContext { get; init; }

    /// <summary>Secrets in the Pod's namespace that hold credentials for pulling its images.</summary>
    [ListMap("name")] public IReadOnlyList<LocalObjectReference>? ImagePullSecrets { get; init; }

    /// <summary>The Pod's host name, when it should not be the Pod's name.</summary>
    public string? Hostname { get; init; }

    /// <summary>
    /// With it the Pod's full host name is hostname.subdomain.namespace.svc.domain; without it the Pod has no domain
    /// name.
    /// </summary>
    public string? Subdomain { get; init; }

    /// <summary>Which nodes, and the vicinity of which Pods, the Pod prefers, requires or avoids.</summary>
    public Affinity? Affinity { get; init; }

    /// <summary>The scheduler that is to place the Pod.</summary>
    [Default("\"default-scheduler\"")] public string? SchedulerName { get; init; }

    /// <summary>The taints of nodes that the Pod puts up with.</summary>
    [Atomic] public IReadOnlyList<Toleration>? Tolerations { get; init; }

    /// <summary>Entries added to the hosts file of the Pod's containers.</summary>
    [ListMap("ip")] public IReadOnlyList<HostAlias>? HostAliases { get; init; }

    /// <summary>Name of the PriorityClass that gives the Pod its priority.</summary>
    public string? PriorityClassName { get; init; }

    /// <summary>The Pod's priority, taken from its PriorityClass; a higher one is more important.</summary>
    public int? Priority { get; init; }

    /// <summary>DNS settings merged with those that dnsPolicy yields.</summary>
    public PodDNSConfig? DnsConfig { get; init; }

    /// <summary>Conditions that must be True, beside all containers being ready, for the Pod to be ready.</summary>
    [Atomic] public IReadOnlyList<PodReadinessGate>? ReadinessGates { get; init; }

    /// <summary>Name of the RuntimeClass with which the Pod is run.</summary>
    public string? RuntimeClassName { get; init; }

    /// <summary>Whether environment variables describe the Services of the namespace.</summary>
    public bool? EnableServiceLinks { get; init; }

    /// <summary>Whether the Pod may displace Pods of lower priority: PreemptLowerPriority or Never.</summary>
    [Values("Never", "PreemptLowerPriority")] public string? PreemptionPolicy { get; init; }

    /// <summary>Resources that running the Pod takes beyond those of its containers, from its RuntimeClass.</summary>
    public IReadOnlyDictionary<string, Quantity>? Overhead { get; init; }

    /// <summary>How Pods like this one should be spread over zones, nodes or other domains. All must be met.</summary>
    [ListMap("topologyKey", "whenUnsatisfiable")]
    public IReadOnlyList<TopologySpreadConstraint>? TopologySpreadConstraints { get; init; }

    /// <summary>True to set the full domain name as the host name in the kernel.</summary>
    public bool? SetHostnameAsFQDN { get; init; }

    /// <summary>The operating system that the containers are made for. Some fields are only allowed on one system.</summary>
    public PodOS? Os { get; init; }

    /// <summary>False to run the containers in a user namespace of their own; absent or true uses the node's.</summary>
    public bool? HostUsers { get; init; }

    /// <summary>
    /// While any gate is listed the scheduler leaves the Pod alone. Gates are set at creation and can only be taken
    /// away.
    /// </summary>
    [ListMap("name")] public IReadOnlyList<PodSchedulingGate>? SchedulingGates { get; init; }

    /// <summary>Resource claims that must be allocated before the Pod starts; containers use them by name.</summary>
    [ListMap("name", RetainKeys = true)] public IReadOnlyList<PodResourceClaim>? ResourceClaims { get; init; }

    /// <summary>Resources of the Pod as a whole, shared by its containers; only cpu, memory and huge pages are allowed.</summary>
    public ResourceRequirements? Resources { get; init; }
}
