using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>What must change in both tables for a change of some ports: their own chains that differ, and single rules elsewhere.</summary>
static class PortDelta
{
    /// <param name="before">The rules of the changed ports as they were.</param>
    /// <param name="after">Of the same ports as they are to be.</param>
    public static (TableChange Nat, TableChange Filter) Between(IReadOnlyList<PortRules> before, IReadOnlyList<PortRules> after)
    {
        return (Of("nat", r => r.NatChains, r => r.NatRules), Of("filter", r => r.FilterChains, r => r.FilterRules));

        TableChange Of(string table, Func<PortRules, IReadOnlyList<IptablesChain>> chains, Func<PortRules, IReadOnlyList<ChainRule>> rules)
        {
            var change = new TableChange(table);
            var blocks = new List<IReadOnlyList<IptablesChain>>();
            var dropped = new List<string>();
            for (var i = 0; i < before.Count; i++)
            {
                var old = chains(before[i]).ToDictionary(c => c.Name);
                var differ = chains(after[i]).Where(c => !old.Remove(c.Name, out var was) || !was.Rules.SequenceEqual(c.Rules)).ToList();
                if (differ.Count > 0) blocks.Add(differ);
                dropped.AddRange(old.Keys);
            }
            var (had, has) = (before.SelectMany(rules).ToHashSet(), after.SelectMany(rules).ToHashSet());
            change.Refill = blocks;
            change.Insert.AddRange(has.Where(r => !had.Contains(r)));
            change.Delete.AddRange(had.Where(r => !has.Contains(r)));
            change.Drop = [.. dropped.OrderBy(ChainNames.Depth)];
            return change;
        }
    }
}
