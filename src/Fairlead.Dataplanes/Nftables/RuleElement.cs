using System.Buffers.Binary;
using System.Globalization;
using Fairlead.Linux.Nftables;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>The maps of the table that the renderer fills. Names are the kernel's.</summary>
public static class RuleMap
{
    public const string Services = "services", NodePorts = "nodeports";
    public const string Endpoints = "endpoints", NodePortEndpoints = "nodeport-endpoints";
    public const string Refused = "refused", RefusedNodePorts = "refused-nodeports";
    public const string Sticky = "sticky", StickyNodePorts = "sticky-nodeports";
    public const string Hairpin = "hairpin", NodePortAddresses = "nodeport-addresses";

    /// <summary>Frontends that only some senders may reach, and those senders.</summary>
    public const string Guarded = "guarded", AllowedSources = "allowed-sources";

    /// <summary>Filled by packets, not by the renderer: client and frontend to the endpoint it was given.</summary>
    public const string Affinity = "affinity";

    public static readonly IReadOnlyList<string> Rendered =
        [Services, NodePorts, Endpoints, NodePortEndpoints, Refused, RefusedNodePorts, Sticky, StickyNodePorts, Hairpin, NodePortAddresses, Guarded, AllowedSources];
}

/// <summary>One element, still in terms of addresses and ports; written as nft text or as the kernel's bytes.</summary>
/// <param name="Key">The frontend; of sets of addresses only its address counts.</param>
/// <param name="Index">Position in the frontend's list, in the endpoint maps; else -1.</param>
/// <param name="Verdict">Of the verdict maps.</param>
public readonly record struct RuleElement(string Map, FrontendKey Key, int Index, Address Target, int TargetPort, string? Verdict)
{
    public static RuleElement ToVerdict(string map, FrontendKey key, string verdict) => new(map, key, -1, default, 0, verdict);

    public static RuleElement ToEndpoint(string map, FrontendKey key, int index, Backend backend) =>
        new(map, key, index, backend.Address, backend.Port, null);

    /// <summary>An element of a set of addresses.</summary>
    public static RuleElement Of(string set, Address address) => new(set, new(address, default, 0), -1, default, 0, null);

    public static RuleElement ToSource(FrontendKey key, AddressRange source) => new(RuleMap.AllowedSources, key, -1, default, 0, null) { Source = source };

    /// <summary>Of <see cref="RuleMap.AllowedSources"/>: who is let in.</summary>
    public AddressRange Source { get; init; }

    /// <summary>What makes two elements the same entry of the same map.</summary>
    public (string, FrontendKey, int, AddressRange) Identity => (Map, Key, Index, Source);

    public string ToText()
    {
        if (Map == RuleMap.Hairpin) return $"{Key.Address} . {Key.Address}";
        if (Map == RuleMap.NodePortAddresses) return Key.Address.ToString();
        var address = Key.IsNodePort ? "" : $"{Key.Address} . ";
        var protocol = Key.Protocol.ToString().ToLowerInvariant();
        var index = Index < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" . {Index}");
        var data = Map == RuleMap.AllowedSources ? $" . {Source}" : $" : {Verdict ?? $"{Target} . {TargetPort}"}";
        return $"{address}{protocol} . {Key.Port}{index}{data}";
    }

    public NftElement ToKernel()
    {
        Span<byte> key = stackalloc byte[64];
        if (Map is RuleMap.Hairpin or RuleMap.NodePortAddresses)
        {
            Key.Address.Write(key);
            Key.Address.Write(key[Key.Address.Length..]);
            return new(Map, key[..((Map == RuleMap.Hairpin ? 2 : 1) * Key.Address.Length)].ToArray(), default, null);
        }
        key.Clear();
        var length = 0;
        if (!Key.IsNodePort)
        {
            Key.Address.Write(key);
            length = Key.Address.Length;
        }
        key[length] = (byte)Key.Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(key[(length + 4)..], (ushort)Key.Port);
        length += 8;
        if (Index >= 0)
        {
            // numgen gives a number in the machine's byte order.
            BinaryPrimitives.WriteInt32LittleEndian(key[length..], Index);
            length += 4;
        }
        if (Map == RuleMap.AllowedSources) return Range(key, length);
        return new(Map, key[..length].ToArray(), Verdict is null ? Data(Target, TargetPort) : default, Verdict);
    }

    /// <summary>The frontend that an element of a map of frontends stands for.</summary>
    public static FrontendKey FrontendOf(NftElement element, NftFamily family)
    {
        var key = element.Key.Span;
        var any = element.Set is RuleMap.NodePorts or RuleMap.RefusedNodePorts or RuleMap.StickyNodePorts;
        var address = any ? (family.IsIPv6 ? Address.AnyIPv6 : Address.AnyIPv4) : Address.Read(key[..(family.IsIPv6 ? 16 : 4)]);
        var rest = any ? key : key[address.Length..];
        return new(address, (TransportProtocol)rest[0], BinaryPrimitives.ReadUInt16BigEndian(rest[4..]));
    }

    // Each part of the key is a range: of one value, but for the source.
    NftElement Range(Span<byte> key, int length)
    {
        var (first, last) = (key[..(length + Source.First.Length)].ToArray(), key[..(length + Source.First.Length)].ToArray());
        Source.First.Write(first.AsSpan(length));
        Source.Last.Write(last.AsSpan(length));
        return new(Map, first, default, null) { KeyEnd = last };
    }

    static byte[] Data(Address address, int port)
    {
        var data = new byte[address.Length + 4];
        address.Write(data);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(address.Length), (ushort)port);
        return data;
    }
}
