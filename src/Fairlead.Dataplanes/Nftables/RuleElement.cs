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
    public const string Hairpin = "hairpin";

    /// <summary>Filled by packets, not by the renderer: client and frontend to the endpoint it was given.</summary>
    public const string Affinity = "affinity";

    public static readonly IReadOnlyList<string> Rendered =
        [Services, NodePorts, Endpoints, NodePortEndpoints, Refused, RefusedNodePorts, Sticky, StickyNodePorts, Hairpin];
}

/// <summary>One element, still in terms of addresses and ports; written as nft text or as the kernel's bytes.</summary>
/// <param name="Key">The frontend; of <see cref="RuleMap.Hairpin"/> only its address counts.</param>
/// <param name="Index">Position in the frontend's list, in the endpoint maps; else -1.</param>
/// <param name="Verdict">Of the verdict maps.</param>
public readonly record struct RuleElement(string Map, FrontendKey Key, int Index, Address Target, int TargetPort, string? Verdict)
{
    public static RuleElement ToVerdict(string map, FrontendKey key, string verdict) => new(map, key, -1, default, 0, verdict);

    public static RuleElement ToEndpoint(string map, FrontendKey key, int index, Backend backend) =>
        new(map, key, index, backend.Address, backend.Port, null);

    public static RuleElement OfHairpin(Address address) => new(RuleMap.Hairpin, new(address, default, 0), -1, default, 0, null);

    /// <summary>What makes two elements the same entry of the same map.</summary>
    public (string, FrontendKey, int) Identity => (Map, Key, Index);

    public string ToText()
    {
        if (Map == RuleMap.Hairpin) return $"{Key.Address} . {Key.Address}";
        var address = Key.IsNodePort ? "" : $"{Key.Address} . ";
        var protocol = Key.Protocol.ToString().ToLowerInvariant();
        var index = Index < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" . {Index}");
        return $"{address}{protocol} . {Key.Port}{index} : {Verdict ?? $"{Target} . {TargetPort}"}";
    }

    public NftElement ToKernel()
    {
        Span<byte> key = stackalloc byte[32];
        if (Map == RuleMap.Hairpin)
        {
            Key.Address.Write(key);
            Key.Address.Write(key[Key.Address.Length..]);
            return new(Map, key[..(2 * Key.Address.Length)].ToArray(), default, null);
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
        return new(Map, key[..length].ToArray(), Verdict is null ? Data(Target, TargetPort) : default, Verdict);
    }

    static byte[] Data(Address address, int port)
    {
        var data = new byte[address.Length + 4];
        address.Write(data);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(address.Length), (ushort)port);
        return data;
    }
}
