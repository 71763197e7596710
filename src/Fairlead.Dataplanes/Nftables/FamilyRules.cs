using Fairlead.Linux.Nftables;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>The kernel's table of one family.</summary>
/// <param name="table">Its name: another one than the usual while that is replaced.</param>
sealed class FamilyRules(NftFamily family, NftablesContext context, string table = Skeleton.Table) : IDisposable
{
    const string InterimSuffix = "-interim";

    // A map of more elements than this is written anew sooner than read: to read takes longer from here on.
    const int LargestRead = 20_000;

    readonly NftSets sets = new(family.Number, table);
    readonly NftRules rules = new(family.Number, table);
    readonly HashSet<string> chains = [];

    string Name => $"{family.Name} {table}";

    /// <summary>Name of the table that serves while this one is made anew.</summary>
    string Interim => table + InterimSuffix;

    /// <summary>See <see cref="NftablesDataplane.Converge"/>.</summary>
    /// <param name="there">What the kernel is known to serve, if it is.</param>
    public int Converge(NodeTable node, NodeTable? there = null)
    {
        var wished = NftablesRules.Render(node, family);
        // Chains that are as they were are made anew all the same: nobody but us knows what belongs into them.
        chains.Clear();
        if (!HasLayout(wished))
        {
            Replace(wished, node);
            there = null;
        }
        Ensure(wished.Chains);
        EnsureRecall();
        var changed = ConvergeElements(wished, there);
        Forget(node.Frontends.Keys, node);
        return changed;
    }

    /// <summary>See <see cref="NftablesDataplane.Apply"/>.</summary>
    public void Apply(TableDelta delta, NodeTable node)
    {
        var change = RulesDelta.Render(delta, family);
        Ensure(change.Chains);
        sets.Change([.. change.Remove.Select(e => e.ToKernel())], [.. change.Add.Select(e => e.ToKernel())]);
        Forget(delta.Frontends.Where(c => (c.Old?.Affinity ?? c.New?.Affinity) is not null).Select(c => c.Key), node);
    }

    /// <summary>Changes at every change of the namespace's nftables, whoever makes it.</summary>
    public uint Generation() => sets.Generation();

    /// <summary>Whether the kernel has the table.</summary>
    public bool IsThere => rules.HasTable();

    public void Remove() => context.Run(Without(table) + Without(Interim));

    /// <summary>Takes no new connection; the chains stay.</summary>
    public void Drain()
    {
        if (IsThere) sets.Change([], [], [.. RuleMap.Rendered.Where(m => m != RuleMap.Hairpin)]);
    }

    // Deleting what is not there is no error only when it is added before.
    string Without(string name) => $"add table {family.Name} {name}\ndelete table {family.Name} {name}\n";

    /// <summary>How many connections were made to each frontend since its element was made.</summary>
    public IEnumerable<(FrontendKey Frontend, long Connections)> Connections() =>
        ((string[])[RuleMap.Services, RuleMap.NodePorts]).SelectMany(map => sets.ReadCounts(map).Select(c => (RuleElement.FrontendOf(c.Element, family), c.Packets)));

    bool HasLayout(NftablesRules wished) => rules.HasChain(Skeleton.MarkerIn(wished.SkeletonText));

    /// <summary>
    /// Puts a table of the layout wished in the place of one of another. Where that one serves, a whole table under another
    /// name serves meanwhile: whichever translates a connection first, both say the same.
    /// </summary>
    void Replace(NftablesRules wished, NodeTable node)
    {
        using var interim = !table.EndsWith(InterimSuffix, StringComparison.Ordinal) && IsThere ? new FamilyRules(family, context, Interim) : null;
        interim?.Converge(node);
        context.Run($"add table {Name}\ndelete table {Name}\n{wished.SkeletonText.Replace($"table {family.Name} {Skeleton.Table} ", $"table {Name} ", StringComparison.Ordinal)}");
        if (interim is null) return;
        Ensure(wished.Chains);
        ConvergeElements(wished, null);
        context.Run($"delete table {family.Name} {Interim}");
    }

    void EnsureRecall()
    {
        if (!rules.HasRules(AffinityRules.RecallChain)) rules.Append(AffinityRules.RecallChain, AffinityRules.Recall(family).Expressions);
    }

    int ConvergeElements(NftablesRules wished, NodeTable? there)
    {
        var missing = wished.Elements.Select(e => e.ToKernel()).ToHashSet();
        var stale = new List<NftElement>();
        string[] anew = there is null ? [.. missing.CountBy(e => e.Set).Where(map => map.Value > LargestRead).Select(map => map.Key)] : [];
        var known = there is null ? RuleMap.Rendered.Except(anew).SelectMany(sets.Read) : NftablesRules.Render(there, family).Elements.Select(e => e.ToKernel());
        foreach (var element in known)
        {
            if (!missing.Remove(element)) stale.Add(element);
        }
        sets.Change(stale, [.. missing.OrderBy(e => e.Set, StringComparer.Ordinal)], anew);
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

    /// <summary>Forgets the clients that were given an endpoint which they would not be given now.</summary>
    void Forget(IEnumerable<FrontendKey> changed, NodeTable node)
    {
        var keys = changed.Where(k => k.Address.IsIPv6 == family.IsIPv6).ToHashSet();
        if (keys.Count == 0) return;
        sets.Change([.. sets.Read(RuleMap.Affinity).Where(e => AffinityEntry.Read(e, family) is var entry && IsOver(entry, keys, node))], []);
    }

    static bool IsOver(AffinityEntry entry, HashSet<FrontendKey> changed, NodeTable node)
    {
        var key = changed.Contains(entry.Frontend) ? entry.Frontend : entry.Frontend with { Address = entry.Client.IsIPv6 ? Address.AnyIPv6 : Address.AnyIPv4 };
        if (!changed.Contains(key)) return false;
        if (!node.Frontends.TryGetValue(key, out var frontend) || frontend.Affinity is null) return true;
        foreach (var backend in node.BackendsFor(frontend, entry.Client).Span)
        {
            if (backend.Address == entry.Endpoint && backend.Port == entry.EndpointPort) return false;
        }
        return true;
    }

    public void Dispose()
    {
        sets.Dispose();
        rules.Dispose();
    }
}
