using System.Text;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>A table of one family, rendered: nothing is decided here that the node's table does not say.</summary>
/// <param name="SkeletonText">The fixed part, as a declaration in nft's language.</param>
/// <param name="Chains">Chains by shape; each before those that lead to it.</param>
/// <param name="Elements">What the maps hold, in a fixed order.</param>
public sealed record NftablesRules(
    NftFamily Family, string SkeletonText, IReadOnlyList<Chain> Chains, IReadOnlyList<RuleElement> Elements)
{
    /// <summary>Renders the part of a node's table that is of one family.</summary>
    public static NftablesRules Render(NodeTable table, NftFamily family)
    {
        var chains = new Dictionary<string, Chain>();
        var elements = new List<RuleElement>();
        foreach (var frontend in table.Frontends.Values.Where(f => IsOf(f, family)).OrderBy(f => f.Key.Address).ThenBy(f => f.Key.Protocol).ThenBy(f => f.Key.Port))
        {
            foreach (var chain in Render(frontend, family, elements)) chains.TryAdd(chain.Name, chain);
        }
        elements.AddRange(table.Hairpin.Where(a => a.IsIPv6 == family.IsIPv6).Order().Select(a => RuleElement.Of(RuleMap.Hairpin, a)));
        elements.AddRange(NodePortAddresses(table).Where(a => a.IsIPv6 == family.IsIPv6).Order().Select(a => RuleElement.Of(RuleMap.NodePortAddresses, a)));
        return new(family, Skeleton.Text(family, table.PodRanges), [.. chains.Values], elements);
    }

    /// <summary>Renders one frontend: adds its elements, returns the chains they need.</summary>
    public static IReadOnlyList<Chain> Render(Frontend frontend, NftFamily family, List<RuleElement> elements)
    {
        var key = frontend.Key;
        var node = key.IsNodePort;
        if (!frontend.SourceRanges.IsEmpty)
        {
            elements.Add(RuleElement.ToVerdict(RuleMap.Guarded, key, "goto check-source"));
            foreach (var range in frontend.SourceRanges) elements.Add(RuleElement.ToSource(key, range));
        }
        if (frontend.RejectsAll)
        {
            elements.Add(RuleElement.ToVerdict(node ? RuleMap.RefusedNodePorts : RuleMap.Refused, key, "goto refuse"));
            return [];
        }
        var plan = ChainPlan.Of(frontend, family);
        elements.Add(RuleElement.ToVerdict(node ? RuleMap.NodePorts : RuleMap.Services, key, plan.Verdict));
        for (var i = 0; i < frontend.Backends.Length; i++)
            elements.Add(RuleElement.ToEndpoint(node ? RuleMap.NodePortEndpoints : RuleMap.Endpoints, key, i, frontend.Backends[i]));
        if (frontend.Affinity is not { } timeout) return plan.Chains;
        var learn = ChainPlan.Learn(timeout, family);
        elements.Add(RuleElement.ToVerdict(node ? RuleMap.StickyNodePorts : RuleMap.Sticky, key, "goto " + learn.Name));
        return [.. plan.Chains, learn];
    }

    static IEnumerable<Address> NodePortAddresses(NodeTable table) =>
        table.LocalhostNodePorts ? table.NodePortAddresses.Append(Skeleton.Loopback) : table.NodePortAddresses;

    public static bool IsOf(Frontend frontend, NftFamily family) => frontend.Key.Address.IsIPv6 == family.IsIPv6;

    /// <summary>Commands that make the chains anew; harmless where they are there already. Raw rules are not among them.</summary>
    /// <param name="name">Of the table.</param>
    public static string ChainCommands(NftFamily family, IEnumerable<Chain> chains, string name = Skeleton.Table)
    {
        var text = new StringBuilder();
        var table = $"{family.Name} {name}";
        foreach (var chain in chains)
        {
            text.Append($"add chain {table} {chain.Name}\nflush chain {table} {chain.Name}\n");
            foreach (var rule in chain.Rules) text.Append($"add rule {table} {chain.Name} {rule}\n");
        }
        return text.ToString();
    }

    /// <summary>Everything but the fixed part, to be read: the chains, and the elements as `nft list` would show them.</summary>
    public string ToText()
    {
        var table = $"{Family.Name} {Skeleton.Table}";
        var text = new StringBuilder(ChainCommands(Family, Chains));
        foreach (var chain in Chains.Where(c => c.Raw is not null)) text.Append($"add rule {table} {chain.Name} {chain.Raw!.Text}\n");
        foreach (var map in Elements.GroupBy(e => e.Map))
            text.Append($"add element {table} {map.Key} {{\n  {string.Join(",\n  ", map.Select(e => e.ToText()))}\n}}\n");
        return text.ToString();
    }
}
