using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>The elements to take away and to add, and the chains these need, for a change of the node's table.</summary>
/// <remarks>An element whose value changes is in both lists. Elements that stay the same are in neither.</remarks>
public sealed record RulesDelta(IReadOnlyList<Chain> Chains, IReadOnlyList<RuleElement> Remove, IReadOnlyList<RuleElement> Add)
{
    /// <summary>Renders what changed of one family.</summary>
    public static RulesDelta Render(TableDelta delta, NftFamily family)
    {
        var chains = new Dictionary<string, Chain>();
        List<RuleElement> remove = [], add = [];
        foreach (var change in delta.Frontends)
        {
            if (change.Key.Address.IsIPv6 != family.IsIPv6) continue;
            List<RuleElement> old = [], now = [];
            if (change.Old is not null) NftablesRules.Render(change.Old, family, old);
            if (change.New is not null)
            {
                foreach (var chain in NftablesRules.Render(change.New, family, now)) chains.TryAdd(chain.Name, chain);
            }
            if (old.Count == 0) add.AddRange(now);
            else if (now.Count == 0) remove.AddRange(old);
            else Compare(old, now, remove, add);
        }
        remove.AddRange(delta.HairpinRemoved.Where(a => a.IsIPv6 == family.IsIPv6).Select(a => RuleElement.Of(RuleMap.Hairpin, a)));
        add.AddRange(delta.HairpinAdded.Where(a => a.IsIPv6 == family.IsIPv6).Select(a => RuleElement.Of(RuleMap.Hairpin, a)));
        return new([.. chains.Values], [.. remove.OrderBy(e => e.Map, StringComparer.Ordinal)], [.. add.OrderBy(e => e.Map, StringComparer.Ordinal)]);
    }

    static void Compare(List<RuleElement> old, List<RuleElement> now, List<RuleElement> remove, List<RuleElement> add)
    {
        var before = old.ToDictionary(e => e.Identity);
        foreach (var element in now)
        {
            if (before.Remove(element.Identity, out var was))
            {
                if (was == element) continue;
                remove.Add(was);
            }
            add.Add(element);
        }
        remove.AddRange(before.Values);
    }
}
