using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>All Services as one node must serve them. Immutable; compares by value.</summary>
public sealed record NodeTable
{
    public static readonly NodeTable Empty = new();

    /// <summary>The cluster's Pod ranges; a sender within them is a Pod.</summary>
    public ImmutableArray<AddressRange> PodRanges { get; init; } = [];

    /// <summary>The node's own addresses, as its Node object and its links have them.</summary>
    public ImmutableHashSet<Address> NodeAddresses { get; init; } = [];

    /// <summary>Those of the node's addresses on which node ports answer; never a loopback address.</summary>
    public ImmutableHashSet<Address> NodePortAddresses { get; init; } = [];

    /// <summary>Whether node ports also answer the node itself on 127.0.0.0/8, masqueraded.</summary>
    public bool LocalhostNodePorts { get; init; }

    /// <summary>What is answered on each healthCheckNodePort.</summary>
    public ImmutableDictionary<int, HealthCheck> HealthChecks { get; init; } = ImmutableDictionary<int, HealthCheck>.Empty;

    public ImmutableDictionary<FrontendKey, Frontend> Frontends { get; init; } = ImmutableDictionary<FrontendKey, Frontend>.Empty;

    /// <summary>
    /// Addresses of backends on this node. A packet that comes back to its sender through a Service is masqueraded, else
    /// the answer would bypass this node and be taken for a stranger's.
    /// </summary>
    public ImmutableHashSet<Address> Hairpin { get; init; } = [];

    public bool Equals(NodeTable? other) => other is not null
        && PodRanges.AsSpan().SequenceEqual(other.PodRanges.AsSpan())
        && NodeAddresses.SetEquals(other.NodeAddresses)
        && !TableDelta.ChangesNode(this, other)
        && HealthChecks.Count == other.HealthChecks.Count && HealthChecks.All(h => other.HealthChecks.TryGetValue(h.Key, out var check) && check == h.Value)
        && TableDelta.Between(this, other).IsEmpty;

    public override int GetHashCode() => HashCode.Combine(Frontends.Count, Hairpin.Count);
}
