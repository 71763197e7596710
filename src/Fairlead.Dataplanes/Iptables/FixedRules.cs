using System.Globalization;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>What is there whatever Services there are: the jumps from the kernel's chains, and the chains that all Services use.</summary>
static class FixedRules
{
    /// <summary>The bit of a packet's mark that says: masquerade me.</summary>
    const string Mark = "0x4000/0x4000";

    const string New = "-m conntrack --ctstate NEW ";
    const string Portals = "-m comment --comment \"kubernetes service portals\" -j " + ChainNames.Services;
    const string Visible = New + "-m comment --comment \"kubernetes externally-visible service portals\" -j " + ChainNames.ExternalServices;
    const string LoadBalancers = New + "-m comment --comment \"kubernetes load balancer firewall\" -j " + ChainNames.ProxyFirewall;
    const string Last = "kubernetes service nodeports; NOTE: this must be the last rule in this chain";

    /// <summary>One rule of each table that is always there: it fails to be found where somebody has flushed the table.</summary>
    public static readonly ChainRule NatSign = new(ChainNames.MarkMasquerade, $"-j MARK --set-xmark {Mark}");

    /// <summary>See <see cref="NatSign"/>.</summary>
    public static readonly ChainRule FilterSign = new(ChainNames.Forward, $"-m comment --comment \"kubernetes forwarding rules\" -m mark --mark {Mark} -j ACCEPT");

    public static readonly IReadOnlyList<ChainRule> NatJumps =
    [
        new("PREROUTING", Portals),
        new("OUTPUT", Portals),
        new("POSTROUTING", "-m comment --comment \"kubernetes postrouting rules\" -j " + ChainNames.Postrouting),
    ];

    /// <remarks>
    /// kube-proxy has no jump from OUTPUT to KUBE-EXTERNAL-SERVICES: there what the node itself sends to an external address
    /// without endpoints leaves the machine, instead of being refused.
    /// </remarks>
    public static readonly IReadOnlyList<ChainRule> FilterJumps =
    [
        new("INPUT", LoadBalancers),
        new("INPUT", "-m comment --comment \"kubernetes health check service ports\" -j " + ChainNames.NodePorts),
        new("INPUT", Visible),
        new("FORWARD", LoadBalancers),
        new("FORWARD", "-m comment --comment \"kubernetes forwarding rules\" -j " + ChainNames.Forward),
        new("FORWARD", New + Portals),
        new("FORWARD", Visible),
        new("OUTPUT", LoadBalancers),
        new("OUTPUT", New + Portals),
        new("OUTPUT", Visible),
    ];

    /// <summary>
    /// Keeps others on the network from reaching what listens on 127.0.0.0/8, which route_localnet would let them
    /// (CVE-2020-8558). The kubelet writes the same rule.
    /// </summary>
    public static readonly ChainRule LocalnetGuard = new(ChainNames.Firewall,
        "! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment \"block incoming localnet connections\" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP");

    /// <summary>The jumps to the chain of <see cref="LocalnetGuard"/>.</summary>
    public static readonly IReadOnlyList<ChainRule> GuardJumps = [new("INPUT", "-j " + ChainNames.Firewall), new("OUTPUT", "-j " + ChainNames.Firewall)];

    public static readonly IptablesChain Postrouting = new(ChainNames.Postrouting,
    [
        $"-m mark ! --mark {Mark} -j RETURN",
        // The mark is taken off again, for a packet may pass through here twice, as in a tunnel.
        "-j MARK --set-xmark 0x4000/0x0",
        "-m comment --comment \"kubernetes service traffic requiring SNAT\" -j MASQUERADE --random-fully",
    ]);

    public static IReadOnlyList<IptablesChain> NatChains(NodeRules node)
    {
        IptablesChain mark = new(ChainNames.MarkMasquerade, [NatSign.Rule]);
        if (node.PodRanges.Length < 2) return [mark, Postrouting];
        return [mark, Postrouting, new(ChainNames.MarkOutside, [.. node.PodRanges.Select(r => $"-s {r} -j RETURN"), "-j " + ChainNames.MarkMasquerade])];
    }

    public static IReadOnlyList<SharedChain> NatShared(NodeRules node)
    {
        var toNodePorts = node.NodePorts.Select(m => new RuleText(ChainNames.NodePorts) { Destination = m.Destination, Match = m.Match, Comment = Last }.ToString());
        return [new(ChainNames.NodePorts, []), new(ChainNames.Services, [.. toNodePorts])];
    }

    /// <remarks>
    /// An endpoint's packet that conntrack can't place would reach the client untranslated, as a stranger's, and be answered by
    /// a reset of a connection that is well. kube-proxy drops such packets of any source, and with them the traffic of those
    /// whose answers take another way than through here.
    /// </remarks>
    public static IptablesChain ForwardChain(NodeRules node) => new(ChainNames.Forward,
    [
        .. node.PodRanges.Select(range => $"-s {range} -m conntrack --ctstate INVALID -j DROP"),
        FilterSign.Rule,
        "-m comment --comment \"kubernetes forwarding conntrack rule\" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    ]);

    /// <summary>Lets in what load balancers ask for the node's health, on a node that lets in little else.</summary>
    public static IptablesChain HealthChecks(NodeTable table) => new(ChainNames.NodePorts,
    [
        .. table.HealthChecks.OrderBy(c => c.Key).Select(c => string.Create(CultureInfo.InvariantCulture,
            $"-p tcp -m comment --comment \"{c.Value.Service} health check node port\" -m tcp --dport {c.Key} -j ACCEPT")),
    ]);

    public static IReadOnlyList<SharedChain> FilterShared() =>
        [new(ChainNames.Services, []), new(ChainNames.ExternalServices, []), new(ChainNames.ProxyFirewall, [])];
}
