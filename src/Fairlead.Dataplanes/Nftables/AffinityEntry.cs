using System.Buffers.Binary;
using Fairlead.Linux.Nftables;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>One remembered client: what it sent to, and the endpoint it was given.</summary>
readonly record struct AffinityEntry(Address Client, FrontendKey Frontend, Address Endpoint, int EndpointPort)
{
    /// <summary>Reads an element of the affinity map.</summary>
    public static AffinityEntry Read(NftElement element, NftFamily family)
    {
        var key = element.Key.Span;
        var data = element.Data.Span;
        var width = family.IsIPv6 ? 16 : 4;
        return new(
            Address.Read(key[..width]),
            new(Address.Read(key[width..(2 * width)]), (TransportProtocol)key[2 * width], BinaryPrimitives.ReadUInt16BigEndian(key[(2 * width + 4)..])),
            Address.Read(data[..width]),
            BinaryPrimitives.ReadUInt16BigEndian(data[width..]));
    }
}
