using Fairlead.Linux.Nftables;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>The kernel's table of one family.</summary>
sealed class FamilyRules(NftFamily family, NftablesContext context) : IDisposable
{
    readonly NftSets sets = new(family.Number, Skeleton.Table);
    readonly HashSet<string> chains = [];

    /// <summary>See <see cref="NftablesDataplane.Converge"/>.</summary>
    public int Converge(NodeTable table)
    {
        var rules = NftablesRules.Render(table, family);
        var marker = Skeleton.MarkerIn(rules.SkeletonText);
        var chainCommands = NftablesRules.ChainCommands(family, rules.Chains);
        if (context.TryRun($"list chain {family.Name} {Skeleton.Table} {marker}", out _, out _)) RunIfAny(chainCommands);
        else context.Run(rules.ReplaceCommands());
        chains.Clear();
        chains.UnionWith(rules.Chains.Select(c => c.Name));

        var wanted = rules.Elements.Select(e => e.ToKernel()).ToHashSet();
        var stale = new List<NftElement>();
        foreach (var element in RuleMap.Rendered.SelectMany(sets.Read))
        {
            if (!wanted.Remove(element)) stale.Add(element);
        }
        sets.Change(stale, [.. wanted.OrderBy(e => e.Set, StringComparer.Ordinal)]);
        foreach (var frontend in table.Frontends.Values) Forget(null, frontend);
        return stale.Count + wanted.Count;
    }

    /// <summary>See <see cref="NftablesDataplane.Apply"/>.</summary>
    public void Apply(TableDelta delta)
    {
        var change = RulesDelta.Render(delta, family);
        var missing = change.Chains.Where(c => !chains.Contains(c.Name)).ToList();
        if (missing.Count > 0)
        {
            context.Run(NftablesRules.ChainCommands(family, missing));
            chains.UnionWith(missing.Select(c => c.Name));
        }
        sets.Change([.. change.Remove.Select(e => e.ToKernel())], [.. change.Add.Select(e => e.ToKernel())]);
        foreach (var frontend in delta.Frontends) Forget(frontend.Old, frontend.New);
    }

    public void Remove() => context.Run($"add table {family.Name} {Skeleton.Table}\ndelete table {family.Name} {Skeleton.Table}");

    void RunIfAny(string commands)
    {
        if (commands.Length > 0) context.Run(commands);
    }

    /// <summary>Forgets the clients that were given an endpoint which the frontend no longer has.</summary>
    /// <param name="old">The frontend as it was; null if that is not known.</param>
    void Forget(Frontend? old, Frontend? now)
    {
        var frontend = (old?.Affinity is null ? now : old) ?? old;
        if (frontend?.Affinity is null || !NftablesRules.IsOf(frontend, family)) return;
        var alive = (now?.Affinity is null ? [] : now.Backends).Select(b => (b.Address, b.Port)).ToHashSet();
        if (old is not null && old.Backends.All(b => alive.Contains((b.Address, b.Port)))) return;
        sets.Change([.. sets.Read(RuleMap.Affinity).Where(e => AffinityEntry.Read(e, family) is var entry
            && entry.IsOf(frontend.Key) && !alive.Contains((entry.Endpoint, entry.EndpointPort)))], []);
    }

    public void Dispose() => sets.Dispose();
}
