namespace Fairlead.Dataplanes.Iptables;

/// <summary>Finds what must be done to a table so that it holds what is planned. Rules of others are left where they are.</summary>
sealed class TableComparison
{
    /// <summary>From so many differing rules on a shared chain is written anew.</summary>
    const int ManyRules = 64;

    readonly TablePlan plan;
    readonly SavedTable saved;
    readonly TableChange change;
    readonly HashSet<string> stale;
    readonly List<IReadOnlyList<IptablesChain>> first = [], last = [];

    TableComparison(TablePlan plan, SavedTable saved)
    {
        (this.plan, this.saved, change) = (plan, saved, new(plan.Table));
        stale = [.. saved.Chains.Where(ChainNames.IsOurs)];
    }

    /// <param name="plan">What should be there.</param>
    /// <param name="saved">What is there.</param>
    public static TableChange Between(TablePlan plan, SavedTable saved)
    {
        var comparison = new TableComparison(plan, saved);
        var empty = comparison.stale.Count == 0;
        comparison.CompareFixed();
        foreach (var chain in plan.Shared) comparison.Compare(chain);
        comparison.CompareOwn(empty);
        comparison.CompareJumps();
        comparison.DropStale();
        return comparison.change;
    }

    void CompareFixed()
    {
        var differ = plan.Fixed.Where(Differs).ToList();
        if (differ.Count > 0) first.Add(differ);
    }

    /// <summary>Looks at a chain that should be there.</summary>
    bool Differs(IptablesChain chain)
    {
        stale.Remove(chain.Name);
        if (saved.Holds(chain)) return false;
        change.Count++;
        return true;
    }

    void Compare(SharedChain chain)
    {
        stale.Remove(chain.Name);
        var have = saved.Rules(chain.Name).ToList();
        var ordinary = have.Count - chain.Tail.Count;
        var orderly = saved.Has(chain.Name) && ordinary >= 0 && have.Skip(ordinary).SequenceEqual(chain.Tail);
        var missing = chain.Rules.ToHashSet(StringComparer.Ordinal);
        var extra = orderly ? have.Take(ordinary).Where(rule => !missing.Remove(rule)).ToList() : [];
        if (!orderly || missing.Count + extra.Count > ManyRules)
        {
            last.Add([new(chain.Name, [.. chain.Rules, .. chain.Tail])]);
            change.Count += missing.Count + extra.Count + 1;
            return;
        }
        change.Insert.AddRange(missing.Select(rule => new ChainRule(chain.Name, rule)));
        change.Delete.AddRange(extra.Select(rule => new ChainRule(chain.Name, rule)));
        change.Count += missing.Count + extra.Count;
    }

    /// <param name="empty">Nothing of ours is there: there is no need to look.</param>
    void CompareOwn(bool empty)
    {
        var own = plan.Own;
        if (!empty)
        {
            var differ = plan.Own.Select(AnyDiffers).ToList();
            own = differ.Contains(true) ? plan.Own.Where((_, i) => differ[i]) : [];
        }
        change.Refill = first.Concat(own).Concat(last);
    }

    /// <summary>Looks at each chain of a block: none of them is to count as stale.</summary>
    bool AnyDiffers(IReadOnlyList<IptablesChain> block)
    {
        var any = false;
        foreach (var chain in block) any |= Differs(chain);
        return any;
    }

    void CompareJumps()
    {
        var missing = plan.Jumps.ToHashSet();
        foreach (var chain in saved.Chains.Where(saved.IsBuiltIn))
        {
            foreach (var rule in saved.Rules(chain).Select(r => new ChainRule(chain, r)))
            {
                if (ChainNames.IsOurs(Target(rule.Rule)) && !missing.Remove(rule)) change.Delete.Add(rule);
            }
        }
        // Each goes to the head of its chain, so the first of them last.
        change.Insert.AddRange(plan.Jumps.Reverse().Where(missing.Contains));
        change.Count += missing.Count + change.Delete.Count(d => saved.IsBuiltIn(d.Chain));
    }

    void DropStale()
    {
        // Somebody else's rule leads there, so it can't be deleted.
        var held = saved.Chains.Where(c => !saved.IsBuiltIn(c) && !ChainNames.IsOurs(c)).SelectMany(saved.Rules).Select(Target);
        stale.ExceptWith(held);
        change.Drop = [.. stale.OrderBy(ChainNames.Depth).ThenBy(c => c, StringComparer.Ordinal)];
        change.Count += stale.Count;
    }

    static string Target(string rule)
    {
        var at = rule.LastIndexOf("-j ", StringComparison.Ordinal);
        if (at < 0) return "";
        var target = rule[(at + 3)..];
        var end = target.IndexOf(' ');
        return end < 0 ? target : target[..end];
    }
}
