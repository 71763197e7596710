using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>All Services as one node must serve them. Immutable; compares by value.</summary>
public sealed record NodeTable
{
    public static readonly NodeTable Empty = new();

    /// <summary>The cluster's Pod ranges; a sender within them is a Pod.</summary>
    public ImmutableArray<AddressRange> PodRanges { get; init; } = [];

    /// <summary>The node's own addresses, as its Node object has them.</summary>
    public ImmutableHashSet<Address> NodeAddresses { get; init; } = [];

    public ImmutableDictionary<FrontendKey, Frontend> Frontends { get; init; } = ImmutableDictionary<FrontendKey, Frontend>.Empty;

    /// <summary>
    /// Addresses of backends on this node. A packet that comes back to its sender through a Service is masqueraded, else
    /// the answer would bypass this node and be taken for a stranger's.
    /// </summary>
    public ImmutableHashSet<Address> Hairpin { get; init; } = [];

    public bool Equals(NodeTable? other) => other is not null
        && PodRanges.AsSpan().SequenceEqual(other.PodRanges.AsSpan())
        && NodeAddresses.SetEquals(other.NodeAddresses)
        && TableDelta.Between(this, other).IsEmpty;

    public override int GetHashCode() => HashCode.Combine(Frontends.Count, Hairpin.Count);
}
