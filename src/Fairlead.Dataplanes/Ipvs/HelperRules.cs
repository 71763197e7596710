using Fairlead.Dataplanes.Iptables;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>
/// The rules beside IPVS: who is let in, who is refused, who is masqueraded, what is delivered here. Their number is fixed;
/// Services are elements of sets. In the words of iptables-save.
/// </summary>
static class HelperRules
{
    /// <summary>What the names of all our chains begin with; kube-proxy's iptables mode has no such.</summary>
    public const string Prefix = "KUBE-IPVS-";

    /// <summary>On a packet and on its connection: it is IPVS's. A packet that carries it is delivered here; see <see cref="ServiceRoutes"/>.</summary>
    public const uint TakenMark = 0x2000;

    public const string Loopback = Prefix + "LOOPBACK";

    const string Prerouting = Prefix + "PREROUTING", Input = Prefix + "INPUT", Services = Prefix + "SERVICES", Take = Prefix + "TAKE";
    const string AliasChain = Prefix + "ALIAS", Postrouting = Prefix + "POSTROUTING", Refuse = Prefix + "REFUSE";
    const string New = "-m conntrack --ctstate NEW";
    const string Taken = "0x2000/0x2000", Masquerade = "0x4000/0x4000", Refused = "0x1000/0x1000";

    /// <summary>All rules of a data plane that serves.</summary>
    /// <param name="loopback">The rules for node ports on 127.0.0.0/8; null where they do not answer there.</param>
    public static IReadOnlyList<HelperTable> Serving(IpvsFamily family, IReadOnlyList<string>? loopback) =>
    [
        new("mangle",
            [
                new(Prerouting,
                [
                    // Who sends over the wire to an address that never leaves a machine; route_localnet would let it in (CVE-2020-8558).
                    .. loopback is null ? [] : (string[])[$"-d {family.Iptables.Loopback} ! -i lo -j DROP"],
                    $"-d {family.PodAlias} {New} -j DROP",
                    $"-d {family.NodeAlias} {New} -j DROP",
                    $"{New} -j {Services}",
                    Established,
                ]),
                Unmark,
                new(Services, [.. ToServices(family, loopback is not null)]),
                new(Take, [.. TakeRules(family)]),
                .. SenderClass.All.Select(c => new IptablesChain(ChainOf(c), [.. ClassRules(c, family)])),
                .. loopback is null ? [] : (IptablesChain[])[new(Loopback, [.. Empty(SenderClass.Node, family), $"-j MARK --set-xmark {Masquerade}"])],
            ],
            [new("PREROUTING", $"-j {Prerouting}"), InputJump, new("OUTPUT", $"{New} -j {Services}")]),
        new("nat",
            [
                new(AliasChain, [.. AliasRules(family), .. loopback is null ? [] : (string[])[$"-d {family.Iptables.Loopback} -j {Loopback}"]]),
                .. loopback is null ? [] : (IptablesChain[])[new(Loopback, loopback)],
                new(Postrouting,
                [
                    $"-m set --match-set {family.Set(IpvsSets.LoopBack)} src,dst -j MASQUERADE --random-fully",
                    $"-m mark ! --mark {Masquerade} -j RETURN",
                    // The mark is taken off again, for a packet may pass through here twice, as in a tunnel.
                    "-j MARK --set-xmark 0x4000/0x0",
                    "-j MASQUERADE --random-fully",
                ]),
            ],
            [new("PREROUTING", $"-j {AliasChain}"), new("OUTPUT", $"-j {AliasChain}"), new("POSTROUTING", $"-j {Postrouting}")]),
        new("filter",
            [new(Refuse, ["-p tcp -j REJECT --reject-with tcp-reset", $"-j REJECT --reject-with {family.Iptables.Refuse}"])],
            [new("INPUT", $"-m mark --mark {Refused} -j {Refuse}"), new("OUTPUT", $"-m mark --mark {Refused} -j {Refuse}")]),
    ];

    /// <summary>What established connections need of a data plane that takes no new ones.</summary>
    public static readonly IReadOnlyList<HelperTable> Retiring =
    [
        new("mangle", [new(Prerouting, [Established]), Unmark], [new("PREROUTING", $"-j {Prerouting}"), InputJump]),
        HelperTable.None("nat"),
        HelperTable.None("filter"),
    ];

    public static readonly IReadOnlyList<HelperTable> None = [HelperTable.None("mangle"), HelperTable.None("nat"), HelperTable.None("filter")];

    /// <summary>What a client sends in a connection that is ours goes to IPVS, whatever the table says by now.</summary>
    static string Established => $"-m connmark --mark {Taken} -m conntrack --ctdir ORIGINAL -j MARK --set-xmark {Taken}";

    /// <summary>The mark has done its work when a packet is delivered; it must not send the packet here again when IPVS sends it on.</summary>
    static IptablesChain Unmark => new(Input, ["-j MARK --set-xmark 0x0/0x2000"]);

    static ChainRule InputJump => new("INPUT", $"-m mark --mark {Taken} -j {Input}");

    static string ChainOf(SenderClass sender) => Prefix + sender.Word;

    static IEnumerable<string> ToServices(IpvsFamily family, bool loopback)
    {
        foreach (var set in (string[])[IpvsSets.ClusterIP, IpvsSets.ExternalIP, IpvsSets.LoadBalancer]) yield return $"{In(set, family)} dst,dst -g {Take}";
        foreach (var protocol in Enum.GetValues<TransportProtocol>())
        {
            var word = $"-p {protocol.ToString().ToLowerInvariant()}";
            var ports = $"{In(IpvsSets.NodePort(protocol), family)} {(protocol == TransportProtocol.Sctp ? "dst,dst" : "dst")}";
            yield return $"{word} {In(IpvsSets.NodeIP, family)} dst {ports} -g {Take}";
            if (loopback) yield return $"-d {family.Iptables.Loopback} {word} {ports} -g {Loopback}";
        }
    }

    static IEnumerable<string> TakeRules(IpvsFamily family) =>
    [
        $"{In(IpvsSets.Firewall, family)} dst,dst -m set ! --match-set {family.Set(IpvsSets.SourceRange)} dst,dst,src -j DROP",
        $"-j CONNMARK --set-xmark {Taken}",
        $"{In(IpvsSets.PodRange, family)} src -g {ChainOf(SenderClass.Pods)}",
        $"{NodeRules.LocalSource} -g {ChainOf(SenderClass.Node)}",
        $"-g {ChainOf(SenderClass.Outside)}",
    ];

    static IEnumerable<string> ClassRules(SenderClass sender, IpvsFamily family) =>
        [.. Empty(sender, family), $"{In(sender.MasqueradeSet, family)} dst,dst -j MARK --set-xmark {Masquerade}"];

    static IEnumerable<string> Empty(SenderClass sender, IpvsFamily family) =>
    [
        $"{In(sender.DropSet, family)} dst,dst -j DROP",
        $"{In(sender.RejectSet, family)} dst,dst -j MARK --set-xmark {Refused}",
    ];

    static IEnumerable<string> AliasRules(IpvsFamily family) =>
    [
        $"{In(IpvsSets.PodRange, family)} src {In(SenderClass.Pods.AliasSet, family)} dst,dst -j NETMAP --to {family.PodAlias}",
        $"-m set ! --match-set {family.Set(IpvsSets.PodRange)} src {NodeRules.LocalSource} {In(SenderClass.Node.AliasSet, family)} dst,dst -j NETMAP --to {family.NodeAlias}",
    ];

    static string In(string set, IpvsFamily family) => $"-m set --match-set {family.Set(set)}";
}
