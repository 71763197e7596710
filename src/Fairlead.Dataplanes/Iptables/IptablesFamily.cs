namespace Fairlead.Dataplanes.Iptables;

/// <summary>One of the two address families, each with programs and tables of its own.</summary>
/// <param name="Program">Beginning of the names of its programs.</param>
/// <param name="AllBits">Length of the prefix that is one address.</param>
/// <param name="Loopback">The addresses that never leave the machine.</param>
/// <param name="AllMask">The mask of one address, as the match "recent" prints it.</param>
/// <param name="Refuse">The ICMP error that a refused sender gets.</param>
public sealed record IptablesFamily(string Program, bool IsIPv6, int AllBits, string Loopback, string AllMask, string Refuse)
{
    public static readonly IptablesFamily IPv4 = new("iptables", false, 32, "127.0.0.0/8", "255.255.255.255", "icmp-port-unreachable");
    public static readonly IptablesFamily IPv6 = new("ip6tables", true, 128, "::1/128", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "icmp6-port-unreachable");
    public static readonly IReadOnlyList<IptablesFamily> Both = [IPv4, IPv6];
}
