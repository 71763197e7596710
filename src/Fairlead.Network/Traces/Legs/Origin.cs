using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Traces.Legs;

/// <summary>Where the packet starts.</summary>
/// <param name="Text">Who sends, in words.</param>
/// <param name="Addresses">Those it may send from, at most one of each family.</param>
/// <param name="Node">The node it is on; null outside of the cluster.</param>
/// <param name="Pod">The Pod it is in, or null.</param>
sealed record Origin(string Text, ImmutableArray<Address> Addresses, string? Node, Pod? Pod)
{
    /// <summary>It sends from the network of its node: a process of the node, or a Pod on the host's network.</summary>
    public bool IsNode => Node is not null && (Pod is null || PodFacts.IsHostNetwork(Pod));

    public Address? AddressOf(bool ipv6)
    {
        foreach (var address in Addresses) if (address.IsIPv6 == ipv6) return address;
        return null;
    }
}
