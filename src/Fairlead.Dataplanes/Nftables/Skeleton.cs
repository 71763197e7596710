using System.Security.Cryptography;
using System.Text;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>The fixed part of the table: its hooks, its maps, and the chains that every packet of a new connection passes.</summary>
static class Skeleton
{
    public const string Table = "fairlead";
    public const string AnyTransport = "meta l4proto { tcp, udp, sctp }";
    public static readonly string[] Protocols = ["tcp", "udp", "sctp"];

    /// <summary>In the set of node port addresses: node ports answer on 127.0.0.0/8.</summary>
    public static readonly Address Loopback = Address.Parse("127.0.0.0");

    // A host that sends to 127.0.0.0/8 over the wire would be heard once route_localnet is on.
    const string LoopbackGuard = """

              chain loopback-guard { type filter hook prerouting priority raw; iifname != "lo" ip daddr 127.0.0.0/8 drop; }

        """;

    /// <summary>The table's declaration, with a chain whose name says which layout it is.</summary>
    public static string Text(NftFamily family, IEnumerable<AddressRange> podRanges)
    {
        var ranges = string.Join(", ", podRanges.Where(r => r.First.IsIPv6 == family.IsIPv6).OrderBy(r => r.First));
        var body = Body(family, ranges.Length == 0 ? "" : $" elements = {{ {ranges} }}");
        return $"table {family.Name} {Table} {{\n  chain {Marker(body)} {{ }}\n{body}}}\n";
    }

    /// <summary>The name of the marker chain in a skeleton's text.</summary>
    public static string MarkerIn(string text) => text[text.IndexOf("layout-", StringComparison.Ordinal)..].Split(' ')[0];

    static string Marker(string body) => "layout-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))[..4]);

    /// <remarks>
    /// "typeof th dport" in the data of a map breaks every later rule that uses it: nft 1.0.6 takes it for a second
    /// transport protocol. "ct original proto-dst" is as long and no such match; elements of these maps can then only be
    /// given over netlink.
    /// "meta l4proto" beside a set of intervals: nft 1.0.6 turns its one byte around as if it were two, which newer kernels
    /// refuse (6.12.117 does). "ct original protocol" is the same byte, and in network order.
    /// </remarks>
    static string Body(NftFamily family, string ranges)
    {
        var ip = family.Name;
        return $$"""
              map services { typeof {{ip}} daddr . meta l4proto . th dport : verdict; counter; }
              map nodeports { typeof meta l4proto . th dport : verdict; counter; }
              set nodeport-addresses { typeof {{ip}} daddr; }
              map endpoints { typeof {{ip}} daddr . meta l4proto . th dport . numgen random mod 65536 : {{ip}} daddr . ct original proto-dst; }
              map nodeport-endpoints { typeof meta l4proto . th dport . numgen random mod 65536 : {{ip}} daddr . ct original proto-dst; }
              map refused { typeof {{ip}} daddr . meta l4proto . th dport : verdict; }
              map refused-nodeports { typeof meta l4proto . th dport : verdict; }
              map guarded { typeof {{ip}} daddr . meta l4proto . th dport : verdict; }
              set allowed-sources { typeof {{ip}} daddr . meta l4proto . th dport . {{ip}} saddr; flags interval; }
              map sticky { typeof {{ip}} daddr . meta l4proto . th dport : verdict; }
              map sticky-nodeports { typeof meta l4proto . th dport : verdict; }
              map affinity { type {{family.Type}} . {{family.Type}} . inet_proto . inet_service : {{family.Type}} . inet_service; size 1048576; flags dynamic,timeout; }
              set hairpin { typeof {{ip}} saddr . {{ip}} daddr; }
              set pod-ranges { typeof {{ip}} saddr; flags interval;{{ranges}} }

              chain guard-prerouting { type filter hook prerouting priority -115; ct state new jump guard; }
              chain guard-output { type filter hook output priority -115; ct state new jump guard; }
              chain guard { {{ip}} daddr . meta l4proto . th dport vmap @guarded; }
              chain check-source {
                {{ip}} daddr . ct original protocol . th dport . {{ip}} saddr @allowed-sources return
                drop
              }

              chain refuse-prerouting { type filter hook prerouting priority -110; ct state new jump check; }
              chain refuse-output { type filter hook output priority -110; ct state new jump check; }
              chain check {
                {{ip}} daddr . meta l4proto . th dport vmap @refused
            {{NodePorts(family, RuleMap.RefusedNodePorts)}}
              }
              chain refuse {
                meta l4proto tcp reject with tcp reset
                reject
              }

              chain nat-prerouting { type nat hook prerouting priority -100; jump dispatch; }
              chain nat-output { type nat hook output priority -100; jump dispatch; }
              chain dispatch {
                {{ip}} daddr . meta l4proto . th dport vmap @services
            {{NodePorts(family, RuleMap.NodePorts)}}
              }
            {{(family.IsIPv6 ? "" : LoopbackGuard)}}
            {{Affinity(ip)}}
              chain nat-postrouting {
                type nat hook postrouting priority 100;
                ct status dnat {{ip}} saddr . {{ip}} daddr @hairpin masquerade fully-random
                meta mark & 0x4000 == 0 return
                meta mark set meta mark & 0xffffbfff
                masquerade fully-random
              }

            """;
    }

    static string NodePorts(NftFamily family, string map)
    {
        var all = $"    {family.Name} daddr @nodeport-addresses meta l4proto . th dport vmap @{map}";
        return family.IsIPv6 ? all : $"{all}\n    ip daddr 127.0.0.0/8 ip daddr & 255.0.0.0 @nodeport-addresses meta l4proto . th dport vmap @{map}";
    }

    static string Affinity(string ip) => $$"""

          chain {{AffinityRules.RecallChain}} { }
          chain learn-prerouting { type filter hook prerouting priority -90; ct state new ct status dnat jump learn; }
          chain learn-output { type filter hook output priority -90; ct state new ct status dnat jump learn; }
          chain learn {
        {{string.Concat(Protocols.Select(p => $"""
            meta l4proto {p} ct original {ip} daddr . meta l4proto . ct original proto-dst vmap @sticky
            meta l4proto {p} meta l4proto . ct original proto-dst vmap @sticky-nodeports

        """))}}  }

        """;
}
