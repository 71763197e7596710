using System.Text;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>A node's table of Services as the chains and rules of one family.</summary>
public sealed class IptablesRules
{
    readonly PortIndex ports;
    readonly NodeRules node;
    readonly List<IReadOnlyList<IptablesChain>> filterChains = [];

    IptablesRules(NodeTable table, PortIndex ports, NodeRules node)
    {
        (this.ports, this.node) = (ports, node);
        Nat = new("nat", FixedRules.NatChains(node), FixedRules.NatShared(node), NatChains(), FixedRules.NatJumps);
        Filter = new("filter", [FixedRules.ForwardChain(node), FixedRules.HealthChecks(table)], FixedRules.FilterShared(), filterChains, FixedRules.FilterJumps);
        foreach (var (port, frontends) in ports.Ports)
        {
            var rules = PortRules.Render(port, frontends, node);
            Share(rules.NatRules, Nat);
            Share(rules.FilterRules, Filter);
            if (rules.FilterChains.Count > 0) filterChains.Add(rules.FilterChains);
        }
    }

    internal TablePlan Nat { get; }
    internal TablePlan Filter { get; }

    /// <summary>Renders the part of a node's table that is of one family.</summary>
    public static IptablesRules Render(NodeTable table, IptablesFamily family) => Render(table, new(table, family), NodeRules.Of(table, family));

    internal static IptablesRules Render(NodeTable table, PortIndex ports, NodeRules node) => new(table, ports, node);

    /// <summary>What the Services make of it, to be read; with the fixed part, if asked for, as from an empty kernel.</summary>
    public string ToText(bool whole)
    {
        var text = new StringBuilder();
        foreach (var plan in (TablePlan[])[Nat, Filter])
        {
            text.Append($"*{plan.Table}\n");
            if (whole) foreach (var rule in plan.Jumps) AppendRule(rule);
            if (whole) foreach (var chain in plan.Fixed) Append(chain.Name, chain.Rules);
            foreach (var chain in plan.Shared) Append(chain.Name, whole ? [.. chain.Rules, .. chain.Tail] : chain.Rules);
            foreach (var chain in plan.Own.SelectMany(block => block)) Append(chain.Name, chain.Rules);
        }
        return text.ToString();

        void Append(string chain, IReadOnlyList<string> rules)
        {
            foreach (var rule in rules) AppendRule(new(chain, rule));
        }
        void AppendRule(ChainRule rule) => text.Append($"-A {rule.Chain} {rule.Rule}\n");
    }

    IEnumerable<IReadOnlyList<IptablesChain>> NatChains() => ports.Ports.Select(p => PortRules.Render(p.Key, p.Value, node).NatChains).Where(chains => chains.Count > 0);

    static void Share(IReadOnlyList<ChainRule> rules, TablePlan plan)
    {
        foreach (var rule in rules) plan.Shared.First(s => s.Name == rule.Chain).Rules.Add(rule.Rule);
    }
}
