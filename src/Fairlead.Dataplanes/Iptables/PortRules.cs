using System.Collections.Immutable;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>All rules of one port of a Service in one family: its own chains, and what it adds to the shared ones.</summary>
/// <param name="NatChains">Its chains in table nat, in the order in which a packet meets them.</param>
/// <param name="NatRules">In shared chains of table nat.</param>
/// <param name="FilterChains">Its chains in table filter.</param>
/// <param name="FilterRules">In shared chains of table filter.</param>
public sealed record PortRules(
    IReadOnlyList<IptablesChain> NatChains, IReadOnlyList<ChainRule> NatRules,
    IReadOnlyList<IptablesChain> FilterChains, IReadOnlyList<ChainRule> FilterRules)
{
    public static readonly PortRules None = new([], [], [], []);

    /// <summary>Renders a port.</summary>
    /// <param name="frontends">All of the port in the family of the node's rules.</param>
    public static PortRules Render(ServicePortId port, ImmutableArray<Frontend> frontends, NodeRules node)
    {
        var chains = new PortChains(port, node);
        List<ChainRule> nat = [], filter = [];
        List<IptablesChain> filterChains = [];
        var firewall = frontends.Where(f => !f.SourceRanges.IsEmpty).ToList();
        foreach (var frontend in frontends.OrderBy(f => Order(f.Kind)).ThenBy(f => f.Key.Address))
        {
            if (IsServed(frontend))
            {
                var target = frontend.Kind == FrontendKind.ClusterIP ? chains.Internal(frontend) : chains.External(frontend);
                if (!frontend.SourceRanges.IsEmpty) target = chains.Firewall(firewall);
                nat.AddRange(Capture(frontend, port, node, target));
            }
            filter.AddRange(Refusal(frontend, port, node));
        }
        if (firewall.Count > 0 && !IsServed(firewall[0])) filterChains.Add(PortChains.RefusingFirewall(port, node.Family, firewall));
        return new(chains.ToList(), nat, filterChains, filter);
    }

    static int Order(FrontendKind kind) => kind switch { FrontendKind.ClusterIP => 0, FrontendKind.ExternalIP => 1, FrontendKind.LoadBalancerIP => 2, _ => 3 };

    static bool IsServed(Frontend frontend) => frontend.Pods.Count > 0 || frontend.Node.Count > 0 || frontend.Outside.Count > 0;

    /// <summary>The rules in nat that lead to the port's own chains.</summary>
    static IEnumerable<ChainRule> Capture(Frontend frontend, ServicePortId port, NodeRules node, string target)
    {
        var rule = new RuleText(target) { Protocol = frontend.Key.Protocol, Port = frontend.Key.Port };
        if (frontend.Key.IsNodePort) return [new(ChainNames.NodePorts, (rule with { Comment = port.ToString() }).ToString())];
        var what = frontend.Kind switch { FrontendKind.ClusterIP => "cluster", FrontendKind.ExternalIP => "external", _ => "loadbalancer" };
        rule = rule with { Destination = Destination(frontend, node.Family), Comment = $"{port} {what} IP" };
        return [new(ChainNames.Services, rule.ToString())];
    }

    /// <summary>The rules in filter for what finds no endpoint, or is not let in: it comes there as it was sent.</summary>
    static IEnumerable<ChainRule> Refusal(Frontend frontend, ServicePortId port, NodeRules node)
    {
        var served = IsServed(frontend);
        var rule = new RuleText("DROP") { Protocol = frontend.Key.Protocol, Port = frontend.Key.Port, Destination = Destination(frontend, node.Family) };
        if (!frontend.SourceRanges.IsEmpty)
        {
            var own = port.Chain(ChainNames.SourceRanges);
            if (!served)
            {
                yield return new(ChainNames.ExternalServices, (rule with { Target = own, Comment = $"{port} has no endpoints" }).ToString());
                yield break;
            }
            yield return new(ChainNames.ProxyFirewall, (rule with { Comment = $"{port} traffic not accepted by {own}" }).ToString());
        }
        if (EmptyPath(frontend) is not { } empty) yield break;
        rule = empty.WhenEmpty == EmptyVerdict.Drop
            ? rule with { Comment = $"{port} has no local endpoints" }
            : rule with { Target = $"REJECT --reject-with {node.Family.Refuse}", Comment = $"{port} has no endpoints" };
        if (frontend.Kind == FrontendKind.ClusterIP) yield return new(ChainNames.Services, rule.ToString());
        else if (!frontend.Key.IsNodePort) yield return new(ChainNames.ExternalServices, rule.ToString());
        else foreach (var match in node.NodePorts) yield return new(ChainNames.ExternalServices, (rule with { Destination = match.Destination, Match = match.Match }).ToString());
    }

    static TrafficPath? EmptyPath(Frontend frontend)
    {
        foreach (var path in (ReadOnlySpan<TrafficPath>)[frontend.Pods, frontend.Node, frontend.Outside])
        {
            if (path.Count == 0) return path;
        }
        return null;
    }

    static string? Destination(Frontend frontend, IptablesFamily family) =>
        frontend.Key.IsNodePort ? null : $"-d {frontend.Key.Address}/{family.AllBits}";
}
