namespace Fairlead.Dataplanes.Iptables;

/// <summary>The names of chains, those of kube-proxy.</summary>
public static class ChainNames
{
    /// <summary>In both tables: by a Service's address and port.</summary>
    public const string Services = "KUBE-SERVICES";

    /// <summary>In nat: by a node port. In filter: what load balancers ask for the node's health.</summary>
    public const string NodePorts = "KUBE-NODEPORTS";

    public const string Postrouting = "KUBE-POSTROUTING", MarkMasquerade = "KUBE-MARK-MASQ";

    /// <summary>Marks what does not come from a Pod; only where Pods have more than one range, so that one rule can't say it.</summary>
    public const string MarkOutside = "KUBE-MARK-OUTSIDE";

    public const string ExternalServices = "KUBE-EXTERNAL-SERVICES", Forward = "KUBE-FORWARD", ProxyFirewall = "KUBE-PROXY-FIREWALL";

    /// <summary>The kubelet's chain, in which we keep one rule; not ours.</summary>
    public const string Firewall = "KUBE-FIREWALL";

    /// <summary>Prefixes: all endpoints of a port, those on this node, traffic to other than the ClusterIP, allowed sources, one endpoint.</summary>
    public const string Service = "KUBE-SVC-", Local = "KUBE-SVL-", External = "KUBE-EXT-", SourceRanges = "KUBE-FW-", Endpoint = "KUBE-SEP-";

    // The last two are left by kube-proxy: its mark that the tables were not flushed, and an older name for the local chain.
    static readonly string[] Fixed =
        [Services, NodePorts, ExternalServices, ProxyFirewall, Forward, Postrouting, MarkOutside, MarkMasquerade, "KUBE-PROXY-CANARY"];

    static readonly string[] Prefixes = [SourceRanges, External, "KUBE-XLB-", Service, Local, Endpoint];

    /// <summary>Whether a chain of this name is this data plane's to change and to delete.</summary>
    public static bool IsOurs(string chain) => Array.IndexOf(Fixed, chain) >= 0 || Prefixes.Any(p => chain.StartsWith(p, StringComparison.Ordinal));

    /// <summary>Sorts chains so that each comes before those it may jump to.</summary>
    public static int Depth(string chain)
    {
        var prefix = Array.FindIndex(Prefixes, p => chain.StartsWith(p, StringComparison.Ordinal));
        if (prefix >= 0) return Fixed.Length + prefix;
        // Everything may jump to these.
        return chain is MarkOutside ? int.MaxValue - 1 : chain is MarkMasquerade ? int.MaxValue : Array.IndexOf(Fixed, chain);
    }
}
