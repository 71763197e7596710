using System.Text;
using Fairlead.Dataplanes.Iptables;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>Keeps the helper rules of one family in iptables. Rules and chains of others are left where they are.</summary>
sealed class HelperTables(IpvsFamily family, IptablesTool tool)
{
    public IpvsFamily Family => family;

    /// <summary>Brings the tables to what is wanted.</summary>
    /// <returns>The number of chains and jumps that differed.</returns>
    public int Converge(IReadOnlyList<HelperTable> wanted)
    {
        var (count, commands) = (0, new StringBuilder());
        // Without a table's name: asking the legacy variant for one by name would make it.
        var saved = SavedTable.Read(tool.Save(family.Iptables, null));
        foreach (var table in wanted) count += Compare(table, saved.GetValueOrDefault(table.Name, SavedTable.Empty), commands);
        if (commands.Length > 0) tool.Restore(family.Iptables, commands.ToString());
        return count;
    }

    /// <summary>Whether any of our chains is there.</summary>
    public bool Any() => SavedTable.Read(tool.Save(family.Iptables, null)).Values.Any(table => table.Chains.Any(IsOurs));

    /// <summary>Puts other rules into one chain of ours.</summary>
    public void Refill(string table, IptablesChain chain)
    {
        var text = new StringBuilder($"*{table}\n");
        Fill(text, [chain]);
        tool.Restore(family.Iptables, text.Append("COMMIT\n").ToString());
    }

    static int Compare(HelperTable table, SavedTable saved, StringBuilder commands)
    {
        var differ = table.Chains.Where(c => !saved.Holds(c)).ToList();
        var stale = saved.Chains.Where(IsOurs).Except(table.Chains.Select(c => c.Name)).ToList();
        var missing = table.Jumps.ToHashSet();
        var extra = saved.Chains.Where(saved.IsBuiltIn).SelectMany(chain => saved.Rules(chain).Select(rule => new ChainRule(chain, rule)))
            .Where(rule => IsOurs(TargetOf(rule.Rule)) && !missing.Remove(rule)).ToList();
        var count = differ.Count + stale.Count + missing.Count + extra.Count;
        if (count == 0) return 0;

        commands.Append($"*{table.Name}\n");
        Fill(commands, differ);
        foreach (var chain in stale) commands.Append($":{chain} - [0:0]\n");
        foreach (var rule in extra) commands.Append($"-D {rule.Chain} {rule.Rule}\n");
        foreach (var rule in table.Jumps.Where(missing.Contains)) commands.Append($"-I {rule.Chain} {rule.Rule}\n");
        foreach (var chain in stale) commands.Append($"-X {chain}\n");
        commands.Append("COMMIT\n");
        return count;
    }

    static void Fill(StringBuilder commands, IReadOnlyList<IptablesChain> chains)
    {
        // All are declared first: they lead to one another.
        foreach (var chain in chains) commands.Append($":{chain.Name} - [0:0]\n");
        foreach (var chain in chains)
        {
            foreach (var rule in chain.Rules) commands.Append($"-A {chain.Name} {rule}\n");
        }
    }

    static bool IsOurs(string chain) => chain.StartsWith(HelperRules.Prefix, StringComparison.Ordinal);

    static string TargetOf(string rule) => rule[(rule.LastIndexOf(' ') + 1)..];
}
