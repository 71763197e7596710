using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>The operating system of a Pod's containers.</summary>
public sealed record PodOS
{
    /// <summary>The system's name: linux or windows.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";
}

/// <summary>A reason, known by name, for not yet scheduling a Pod.</summary>
public sealed record PodSchedulingGate
{
    /// <summary>Name of the gate; each name may appear once in a Pod.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";
}

/// <summary>A Pod condition that takes part in the Pod's readiness.</summary>
public sealed record PodReadinessGate
{
    /// <summary>The type of a condition in the Pod's status.</summary>
    [Proto(1), Required] public string ConditionType { get; init; } = "";
}

/// <summary>A resource claim that a Pod uses, existing or made for it. Exactly one source is set.</summary>
public sealed record PodResourceClaim
{
    /// <summary>Name by which containers refer to the claim; unique in the Pod.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>Name of an existing ResourceClaim in the Pod's namespace.</summary>
    [Proto(3, Pointer = true)] public string? ResourceClaimName { get; init; }

    /// <summary>Name of a ResourceClaimTemplate from which a claim of this Pod's own is made.</summary>
    [Proto(4, Pointer = true)] public string? ResourceClaimTemplateName { get; init; }
}

/// <summary>One address and its names in a Pod's hosts file.</summary>
public sealed record HostAlias
{
    /// <summary>The address.</summary>
    [Proto(1), Required] public string Ip { get; init; } = "";

    /// <summary>The names that stand for the address.</summary>
    [Proto(2), Atomic] public IReadOnlyList<string>? Hostnames { get; init; }
}

/// <summary>A Pod's own DNS settings, added to those of its dnsPolicy.</summary>
public sealed record PodDNSConfig
{
    /// <summary>Addresses of name servers, added after those of the policy; duplicates are dropped.</summary>
    [Proto(1), Atomic] public IReadOnlyList<string>? Nameservers { get; init; }

    /// <summary>Search domains, added after those of the policy; duplicates are dropped.</summary>
    [Proto(2), Atomic] public IReadOnlyList<string>? Searches { get; init; }

    /// <summary>Resolver options; they replace options of the same name from the policy.</summary>
    [Proto(3), Atomic] public IReadOnlyList<PodDNSConfigOption>? Options { get; init; }
}

/// <summary>One option of the resolver's configuration.</summary>
public sealed record PodDNSConfigOption
{
    /// <summary>Name of the option, such as ndots.</summary>
    [Proto(1)] public string? Name { get; init; }

    /// <summary>Value of the option, if it takes one.</summary>
    [Proto(2, Pointer = true)] public string? Value { get; init; }
}

/// <summary>Lets a Pod stay on, or be placed on, nodes whose taint matches key, value and effect.</summary>
public sealed record Toleration
{
    /// <summary>The taint's key; empty, with operator Exists, matches every key.</summary>
    [Proto(1)] public string? Key { get; init; }

    /// <summary>How value relates to the taint's value: Equal (the default), or Exists, which matches any value.</summary>
    [Proto(2)] public string? Operator { get; init; }

    /// <summary>The taint's value under Equal; it must be empty under Exists.</summary>
    [Proto(3)] public string? Value { get; init; }

    /// <summary>The taint's effect: NoSchedule, PreferNoSchedule or NoExecute; empty matches every effect.</summary>
    [Proto(4)] public string? Effect { get; init; }

    /// <summary>For NoExecute, how many seconds the taint is tolerated. Absent is for ever; zero or less evicts at once.</summary>
    [Proto(5, Pointer = true)] public long? TolerationSeconds { get; init; }
}

/// <summary>How evenly matching Pods are to be spread over the domains of one topology.</summary>
public sealed record TopologySpreadConstraint
{
    /// <summary>The most by which the numbers of matching Pods in two domains may differ; at least 1.</summary>
    [Proto(1), Required, Zero] public int MaxSkew { get; init; }

    /// <summary>The node label whose values are the domains.</summary>
    [Proto(2), Required] public string TopologyKey { get; init; } = "";

    /// <summary>What to do with a Pod that can't meet the constraint: DoNotSchedule or ScheduleAnyway.</summary>
    [Proto(3), Required, Values("DoNotSchedule", "ScheduleAnyway")] public string WhenUnsatisfiable { get; init; } = "";

    /// <summary>Which Pods are counted.</summary>
    [Proto(4)] public LabelSelector? LabelSelector { get; init; }

    /// <summary>
    /// The least number of eligible domains; with fewer, the fewest Pods in a domain count as none. Only with
    /// DoNotSchedule.
    /// </summary>
    [Proto(5, Pointer = true)] public int? MinDomains { get; init; }

    /// <summary>
    /// Whether nodes that the Pod's node selector and affinity rule out are counted: Honor (the default, they are not)
    /// or Ignore.
    /// </summary>
    [Proto(6, Pointer = true), Values("Honor", "Ignore")] public string? NodeAffinityPolicy { get; init; }

    /// <summary>
    /// Whether nodes with taints that the Pod doesn't tolerate are left out (Honor) or counted (Ignore, the default).
    /// </summary>
    [Proto(7, Pointer = true), Values("Honor", "Ignore")] public string? NodeTaintsPolicy { get; init; }

    /// <summary>Label keys whose values in the new Pod are added to the selector, such as pod-template-hash.</summary>
    [Proto(8), Atomic] public IReadOnlyList<string>? MatchLabelKeys { get; init; }
}
