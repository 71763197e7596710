using System.Diagnostics;
using Fairlead.Dataplanes.Tests.Kernel;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>Rules on a node that are an administrator's own, made with every tool that is installed.</summary>
static class Foreign
{
    static readonly string[] Made =
    [
        "nft add table ip foreign", "nft add set ip foreign s { type ipv4_addr; elements = { 198.18.0.1 }; }",
        "nft add chain ip foreign c { type nat hook prerouting priority -100; }", "nft add rule ip foreign c ip daddr @s dnat to 198.18.0.2",
        "nft add table ip6 foreign", "nft add chain ip6 foreign c", "nft add rule ip6 foreign c counter",
        "iptables-legacy -t mangle -N FOREIGN", "iptables-legacy -t mangle -A FOREIGN -d 198.18.0.3 -j ACCEPT", "iptables-legacy -t mangle -A PREROUTING -d 198.18.0.3 -j FOREIGN",
        "iptables-legacy -t filter -A FORWARD -d 198.18.0.4 -j DROP", "ip6tables-legacy -t mangle -A PREROUTING -d 2001:db8:f::1 -j MARK --set-mark 0x7",
        "ipset create foreign hash:ip", "ipset add foreign 198.18.0.5",
        "ip rule add from 198.18.0.6 table 777", "ip route add 198.18.0.7/32 dev lo table 777",
    ];

    static readonly string[] Unmade =
    [
        "nft delete table ip foreign", "nft delete table ip6 foreign",
        "iptables-legacy -t mangle -D PREROUTING -d 198.18.0.3 -j FOREIGN", "iptables-legacy -t mangle -F FOREIGN", "iptables-legacy -t mangle -X FOREIGN",
        "iptables-legacy -t filter -D FORWARD -d 198.18.0.4 -j DROP", "ip6tables-legacy -t mangle -D PREROUTING -d 2001:db8:f::1 -j MARK --set-mark 0x7",
        "ipset destroy foreign", "ip rule del from 198.18.0.6 table 777", "ip route del 198.18.0.7/32 dev lo table 777",
    ];

    public static void Add(LabNode node) => node.Run(() => Run(Made));

    public static void Remove(LabNode node) => node.Run(() => Run(Unmade));

    // One shell, and what this kernel or machine has not is left out.
    static void Run(string[] commands)
    {
        var script = string.Join('\n', commands.Select(c => string.Join(' ', c.Split(' ').Select(w => w is "{" or "}" || w.Contains(';') || w.StartsWith('@') ? $"'{w}'" : w))));
        using var process = Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", script }, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
    }
}
