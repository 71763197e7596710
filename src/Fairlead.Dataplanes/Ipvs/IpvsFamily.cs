using Fairlead.Dataplanes.Iptables;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>One of the two address families.</summary>
/// <param name="Iptables">Its helper rules' programs.</param>
/// <param name="SetPrefix">What the names of its sets begin with, as kube-proxy's.</param>
/// <param name="PodAlias">See <see cref="Alias"/>; of senders in Pods.</param>
/// <param name="NodeAlias">The same of the node itself.</param>
public sealed record IpvsFamily(IptablesFamily Iptables, string SetPrefix, AddressRange PodAlias, AddressRange NodeAlias)
{
    // IPSET_MAXNAMELEN less the closing zero.
    const int LongestSetName = 31;

    public static readonly IpvsFamily IPv4 = new(IptablesFamily.IPv4, "KUBE-", AddressRange.Parse("240.0.0.0/5"), AddressRange.Parse("248.0.0.0/5"));
    public static readonly IpvsFamily IPv6 = new(IptablesFamily.IPv6, "KUBE-6-", AddressRange.Parse("fc69::/16"), AddressRange.Parse("fc6a::/16"));
    public static readonly IReadOnlyList<IpvsFamily> Both = [IPv4, IPv6];

    public bool IsIPv6 => Iptables.IsIPv6;

    /// <summary>The full name of a set.</summary>
    public string Set(string name) => (SetPrefix + name) is { Length: > LongestSetName } full ? full[..LongestSetName] : SetPrefix + name;

    /// <summary>
    /// A second address of a frontend, for a class of senders that has other endpoints than the rest: IPVS knows no senders. It
    /// is the address's lower bits in a range that nobody uses; a rule of NETMAP sends the class there.
    /// </summary>
    public static Address Alias(Address address, AddressRange range)
    {
        Span<byte> bytes = stackalloc byte[address.Length], first = stackalloc byte[address.Length];
        address.Write(bytes);
        range.First.Write(first);
        for (var bit = 0; bit < range.Prefix; bit++)
        {
            var mask = (byte)(0x80 >> (bit % 8));
            bytes[bit / 8] = (byte)(bytes[bit / 8] & ~mask | first[bit / 8] & mask);
        }
        return Address.Read(bytes);
    }

    public override string ToString() => IsIPv6 ? "IPv6" : "IPv4";
}
