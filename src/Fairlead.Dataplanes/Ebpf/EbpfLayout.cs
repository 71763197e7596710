using System.Runtime.InteropServices;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Ebpf;

/// <summary>The keys and values of the maps, as Programs/maps.h declares them.</summary>
static class EbpfLayout
{
    /// <summary>Programs of one version can go on with the maps of another version of the same layout.</summary>
    public const uint Version = 1;

    public const uint Masquerade = 1;
    public const uint AnswersNodePorts = 1, IsNodesOwn = 2;
    public const uint LocalhostNodePorts = 1;

    /// <summary>Slots of a Maglev table in one element.</summary>
    public const int SlotsInElement = 4;

    /// <summary>An address in network order, IPv4 as ::ffff:a.b.c.d.</summary>
    public readonly record struct Ip(uint Part0, uint Part1, uint Part2, uint Part3)
    {
        public static Ip Of(Address address)
        {
            Span<byte> bytes = stackalloc byte[16];
            if (address.IsIPv6) address.Write(bytes);
            else
            {
                bytes[10] = bytes[11] = 0xff;
                address.Write(bytes[12..]);
            }
            return MemoryMarshal.Read<Ip>(bytes);
        }

        public Address ToAddress()
        {
            Span<byte> bytes = stackalloc byte[16];
            MemoryMarshal.Write(bytes, this);
            return (Part0, Part1) == (0, 0) && bytes[8..12].SequenceEqual<byte>([0, 0, 0xff, 0xff]) ? Address.Read(bytes[12..]) : Address.Read(bytes);
        }
    }

    /// <param name="Port">In network order.</param>
    public readonly record struct Endpoint(Ip Ip, ushort Port, ushort Zero = 0)
    {
        public static Endpoint Of(Address address, int port) => new(Ip.Of(address), Swap(port));

        public override string ToString() => Ip.ToAddress() is { IsIPv6: true } ipv6 ? $"[{ipv6}]:{Swap(Port)}" : $"{Ip.ToAddress()}:{Swap(Port)}";
    }

    public readonly record struct FrontendKey(Ip Ip, ushort Port, byte Protocol, byte IsNodePort)
    {
        public static FrontendKey Of(Network.Services.FrontendKey key) => new(Ip.Of(key.Address), Swap(key.Port), (byte)key.Protocol, key.IsNodePort ? (byte)1 : (byte)0);

        public Network.Services.FrontendKey ToFrontendKey() => new(Ip.ToAddress(), (Network.Services.TransportProtocol)Protocol, Swap(Port));
    }

    public readonly record struct Path(uint First, uint Count, uint Flags);

    public readonly record struct Frontend(uint Id, uint List, uint AffinitySeconds, uint Zero, Path Pods, Path Node, Path Outside);

    public readonly record struct BackendKey(uint List, uint Index);

    /// <param name="Bits">Of the prefix, of an address of 128.</param>
    public readonly record struct Range(uint Bits, Ip Ip)
    {
        public static Range Of(AddressRange range) => new((uint)(range.Prefix + (range.First.IsIPv6 ? 0 : 96)), Ip.Of(range.First));
    }

    public readonly record struct Settings(ulong NodeNamespace, ulong Build, uint Layout, uint Flags);

    /// <summary>A UDP socket's traffic with one backend, by the socket's cookie.</summary>
    public readonly record struct SocketKey(ulong Socket, Endpoint Other, uint Zero = 0);

    /// <param name="Frontend">What the socket sent to.</param>
    /// <param name="Connected">1 of a socket that is connected.</param>
    public readonly record struct Reply(Endpoint Frontend, uint Connected);

    /// <summary>A port from or to network order.</summary>
    public static ushort Swap(int port) => (ushort)((port & 0xff) << 8 | port >> 8);
}
