using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>The first packet of a connection, as it comes to the node or is made on it.</summary>
public readonly record struct Packet(Address Source, Address Destination, TransportProtocol Protocol, int Port)
{
    public override string ToString() => $"{Protocol.ToString().ToLowerInvariant()} {Source} -> {Destination} port {Port}";
}
