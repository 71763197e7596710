using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>What the cluster's proxy configuration says about every Service. Names as in KubeProxyConfiguration.</summary>
public sealed record ProxySettings
{
    public static readonly ProxySettings Default = new();

    /// <summary>Whether traffic of Pods to a ClusterIP is masqueraded too.</summary>
    public bool MasqueradeAll { get; init; }

    /// <summary>Node ports answer on the node's addresses in these ranges alone; empty: on all of them.</summary>
    public ImmutableArray<AddressRange> NodePortAddresses { get; init; } = [];

    /// <summary>Node ports answer on the addresses in the Node's status alone ("primary").</summary>
    public bool NodePortOnPrimary { get; init; }

    /// <summary>Node ports answer on whichever addresses the node has.</summary>
    public bool NodePortsEverywhere => NodePortAddresses.IsEmpty && !NodePortOnPrimary;

    /// <summary>Whether node ports answer the node itself on 127.0.0.0/8. IPv6 has no such thing: ::1 is never routed.</summary>
    public bool LocalhostNodePorts { get; init; }

    public bool Equals(ProxySettings? other) => other is not null
        && MasqueradeAll == other.MasqueradeAll && NodePortOnPrimary == other.NodePortOnPrimary && LocalhostNodePorts == other.LocalhostNodePorts
        && NodePortAddresses.AsSpan().SequenceEqual(other.NodePortAddresses.AsSpan());

    public override int GetHashCode() => HashCode.Combine(MasqueradeAll, NodePortOnPrimary, LocalhostNodePorts, NodePortAddresses.Length);
}
