using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Networking.V1;

/// <summary>Says which connections the Pods that it selects may have; what no policy of a Pod allows is dropped.</summary>
[Kind("networking.k8s.io", "v1", "networkpolicies")]
public sealed record NetworkPolicy : KubeObject
{
    /// <summary>The Pods and what they may do.</summary>
    [Proto(2)] public NetworkPolicySpec? Spec { get; init; }
}

/// <summary>The Pods of a policy and what they may do.</summary>
public sealed record NetworkPolicySpec
{
    /// <summary>The Pods that the policy is about; empty for all of the namespace.</summary>
    [Proto(1), Default("{}")] public LabelSelector? PodSelector { get; init; }

    /// <summary>Connections to the Pods that are allowed; none if empty.</summary>
    [Proto(2), Atomic] public IReadOnlyList<NetworkPolicyIngressRule>? Ingress { get; init; }

    /// <summary>Connections from the Pods that are allowed; none if empty and policyTypes has Egress.</summary>
    [Proto(3), Atomic] public IReadOnlyList<NetworkPolicyEgressRule>? Egress { get; init; }

    /// <summary>Which directions the policy bounds: Ingress, Egress. If absent, Ingress, and Egress if there are egress rules.</summary>
    [Proto(4), Atomic] public IReadOnlyList<string>? PolicyTypes { get; init; }
}

/// <summary>Connections to Pods that are allowed: from these peers to these ports.</summary>
public sealed record NetworkPolicyIngressRule
{
    /// <summary>The ports of the Pods; all if empty.</summary>
    [Proto(1), Atomic] public IReadOnlyList<NetworkPolicyPort>? Ports { get; init; }

    /// <summary>Who may connect; everybody if empty.</summary>
    [Proto(2), Atomic] public IReadOnlyList<NetworkPolicyPeer>? From { get; init; }
}

/// <summary>Connections from Pods that are allowed: to these ports of these peers.</summary>
public sealed record NetworkPolicyEgressRule
{
    /// <summary>The ports of the peers; all if empty.</summary>
    [Proto(1), Atomic] public IReadOnlyList<NetworkPolicyPort>? Ports { get; init; }

    /// <summary>To whom the Pods may connect; to everybody if empty.</summary>
    [Proto(2), Atomic] public IReadOnlyList<NetworkPolicyPeer>? To { get; init; }
}

/// <summary>A port, or a range of ports.</summary>
public sealed record NetworkPolicyPort
{
    /// <summary>TCP (if not given), UDP or SCTP.</summary>
    [Proto(1, Pointer = true), Default("\"TCP\"")] public string? Protocol { get; init; }

    /// <summary>The port, by number or by the name that it has in the Pod; all if absent.</summary>
    [Proto(2, Pointer = true)] public IntOrString? Port { get; init; }

    /// <summary>The last port of a range that begins with port.</summary>
    [Proto(3, Pointer = true)] public int? EndPort { get; init; }
}

/// <summary>Some peers: Pods, or addresses.</summary>
public sealed record NetworkPolicyPeer
{
    /// <summary>Pods of the namespaces that namespaceSelector selects, or of the policy's own.</summary>
    [Proto(1)] public LabelSelector? PodSelector { get; init; }

    /// <summary>Namespaces; all of their Pods unless podSelector is given.</summary>
    [Proto(2)] public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>A range of addresses; not beside selectors.</summary>
    [Proto(3)] public IPBlock? IpBlock { get; init; }
}

/// <summary>A range of addresses, with holes.</summary>
public sealed record IPBlock
{
    /// <summary>The range, such as 192.168.1.0/24 or 2001:db8::/64.</summary>
    [Proto(1), Required] public string Cidr { get; init; } = "";

    /// <summary>Ranges within it that are left out.</summary>
    [Proto(2), Atomic] public IReadOnlyList<string>? Except { get; init; }
}
