using Fairlead.Linux.Nftables;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>One of the two address families, each with its own table.</summary>
/// <param name="Name">As in nft's language.</param>
/// <param name="Number">NFPROTO_IPV4 or NFPROTO_IPV6.</param>
/// <param name="Type">nft's name of the type of an address.</param>
public sealed record NftFamily(string Name, byte Number, bool IsIPv6, string Type)
{
    public static readonly NftFamily IPv4 = new("ip", NftSets.IPv4, false, "ipv4_addr");
    public static readonly NftFamily IPv6 = new("ip6", NftSets.IPv6, true, "ipv6_addr");
    public static readonly IReadOnlyList<NftFamily> Both = [IPv4, IPv6];
}
