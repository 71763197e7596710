using Fairlead.Network.Services;
using Fairlead.Wire.IpSets;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>The sets that the helper rules look into. Those that kube-proxy has too bear its names.</summary>
static class IpvsSets
{
    /// <summary>The cluster's Pod ranges.</summary>
    public const string PodRange = "POD-RANGE";

    /// <summary>The node's addresses on which node ports answer.</summary>
    public const string NodeIP = "NODE-IP";

    /// <summary>Endpoints of this node, each with itself: who comes back to itself by a Service.</summary>
    public const string LoopBack = "LOOP-BACK";

    /// <summary>Frontends that let in some senders alone, and which.</summary>
    public const string Firewall = "LOAD-BALANCER-FW", SourceRange = "LOAD-BALANCER-SOURCE-CIDR";

    public const string ClusterIP = "CLUSTER-IP", ExternalIP = "EXTERNAL-IP", LoadBalancer = "LOAD-BALANCER";

    /// <summary>
    /// The virtual services that we made, aliases left out, whether they still take connections or not: what tells ours from
    /// those of others. No rule looks into it.
    /// </summary>
    public const string Own = "IPVS-OWN";

    const string IpPort = "hash:ip,port";

    /// <summary>The node's ports of a protocol. A bitmap of ports knows no SCTP: there they stand beside each address.</summary>
    public static string NodePort(TransportProtocol protocol) =>
        protocol == TransportProtocol.Sctp ? "NODE-PORT-SCTP-HASH" : $"NODE-PORT-{protocol.ToString().ToUpperInvariant()}";

    /// <summary>The set of a frontend's kind; node ports have sets of ports.</summary>
    public static string Of(FrontendKind kind) => kind switch
    {
        FrontendKind.ClusterIP => ClusterIP,
        FrontendKind.ExternalIP => ExternalIP,
        _ => LoadBalancer,
    };

    /// <summary>
    /// Name and type of all that rules look into, in the order in which they are filled: what says how a frontend is treated comes
    /// before what says that it is one. They are emptied the other way round.
    /// </summary>
    static readonly IReadOnlyList<(string Name, string Type)> Ordered =
    [
        (PodRange, "hash:net"),
        (NodeIP, "hash:ip"),
        (LoopBack, "hash:net,net"),
        (SourceRange, "hash:ip,port,net"),
        (Firewall, IpPort),
        .. SenderClass.All.SelectMany(c => (string[])[c.DropSet, c.RejectSet, c.MasqueradeSet]).Select(name => (name, IpPort)),
        (SenderClass.Pods.AliasSet, IpPort),
        (SenderClass.Node.AliasSet, IpPort),
        .. Enum.GetValues<TransportProtocol>().Select(p => (NodePort(p), p == TransportProtocol.Sctp ? IpPort : "bitmap:port")),
        (ClusterIP, IpPort),
        (ExternalIP, IpPort),
        (LoadBalancer, IpPort),
    ];

    /// <summary>The sets of a family, in that order.</summary>
    public static IReadOnlyList<IpSetSpec> All(IpvsFamily family) => [.. Ordered.Select(s => new IpSetSpec(family.Set(s.Name), s.Type, family.IsIPv6))];

    public static IpSetSpec OwnOf(IpvsFamily family) => new(family.Set(Own), IpPort, family.IsIPv6);
}
