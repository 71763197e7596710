using Fairlead.Linux.Nftables;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>The kernel's table of one family.</summary>
/// <param name="table">Its name: another one than the usual while that is replaced.</param>
sealed class FamilyRules(NftFamily family, NftablesContext context, string table = Skeleton.Table) : IDisposable
{
    // Serves while the usual table is made anew.
    const string Interim = Skeleton.Table + "-interim";

    readonly NftSets sets = new(family.Number, table);
    readonly NftRules rules = new(family.Number, table);
    readonly HashSet<string> chains = [];

    string Name => $"{family.Name} {table}";

    /// <summary>See <see cref="NftablesDataplane.Converge"/>.</summary>
    public int Converge(NodeTable node)
    {
        var wished = NftablesRules.Render(node, family);
        // Chains that are as they were are made anew all the same: nobody but us knows what belongs into them.
        chains.Clear();
        if (!HasLayout(wished)) Replace(wished, node);
        Ensure(wished.Chains);
        EnsureRecall();
        var changed = ConvergeElements(wished);
        foreach (var frontend in node.Frontends.Values) Forget(null, frontend);
        return changed;
    }

    /// <summary>See <see cref="NftablesDataplane.Apply"/>.</summary>
    public void Apply(TableDelta delta)
    {
        var change = RulesDelta.Render(delta, family);
        Ensure(change.Chains);
        sets.Change([.. change.Remove.Select(e => e.ToKernel())], [.. change.Add.Select(e => e.ToKernel())]);
        foreach (var frontend in delta.Frontends) Forget(frontend.Old, frontend.New);
    }

    public void Remove()
    {
        foreach (var name in (string[])[table, Interim]) context.Run($"add table {family.Name} {name}\ndelete table {family.Name} {name}");
    }

    /// <summary>How many connections were made to each frontend since its element was made.</summary>
    public IEnumerable<(FrontendKey Frontend, long Connections)> Connections() =>
        ((string[])[RuleMap.Services, RuleMap.NodePorts]).SelectMany(map => sets.ReadCounts(map).Select(c => (RuleElement.FrontendOf(c.Element, family), c.Packets)));

    bool HasLayout(NftablesRules wished) => Exists($"chain {Name} {Skeleton.MarkerIn(wished.SkeletonText)}");

    bool Exists(string what) => context.TryRun("list " + what, out _, out _);

    /// <summary>
    /// Puts a table of the layout wished in the place of one of another. Where that one serves, a whole table under another
    /// name serves meanwhile: whichever translates a connection first, both say the same.
    /// </summary>
    void Replace(NftablesRules wished, NodeTable node)
    {
        using var interim = table != Interim && Exists($"table {Name}") ? new FamilyRules(family, context, Interim) : null;
        interim?.Converge(node);
        context.Run($"add table {Name}\ndelete table {Name}\n{wished.SkeletonText.Replace($"table {family.Name} {Skeleton.Table} ", $"table {Name} ", StringComparison.Ordinal)}");
        if (interim is null) return;
        Ensure(wished.Chains);
        ConvergeElements(wished);
        context.Run($"delete table {family.Name} {Interim}");
    }

    void EnsureRecall()
    {
        if (context.Run($"list chain {Name} {AffinityRules.RecallChain}").Contains("dnat", StringComparison.Ordinal)) return;
        rules.Append(AffinityRules.RecallChain, AffinityRules.Recall(family).Expressions);
    }

    int ConvergeElements(NftablesRules wished)
    {
        var missing = wished.Elements.Select(e => e.ToKernel()).ToHashSet();
        var stale = new List<NftElement>();
        foreach (var element in RuleMap.Rendered.SelectMany(sets.Read))
        {
            if (!missing.Remove(element)) stale.Add(element);
        }
        sets.Change(stale, [.. missing.OrderBy(e => e.Set, StringComparer.Ordinal)]);
        return stale.Count + missing.Count;
    }

    /// <summary>Makes the chains that this object has not yet seen there.</summary>
    void Ensure(IEnumerable<Chain> wished)
    {
        var missing = wished.Where(c => !chains.Contains(c.Name)).ToList();
        if (missing.Count == 0) return;
        context.Run(NftablesRules.ChainCommands(family, missing, table));
        foreach (var chain in missing.Where(c => c.Raw is not null)) rules.Append(chain.Name, chain.Raw!.Expressions);
        chains.UnionWith(missing.Select(c => c.Name));
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

    public void Dispose()
    {
        sets.Dispose();
        rules.Dispose();
    }
}
