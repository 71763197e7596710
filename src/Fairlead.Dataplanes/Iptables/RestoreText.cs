namespace Fairlead.Dataplanes.Iptables;

/// <summary>
/// Writes changes in the language of iptables-restore. A packet is refused in filter only if nat did not translate it, so
/// what is added there comes before the change of nat, and what is removed after it: there is no moment between.
/// </summary>
/// <param name="writer">Receives the text.</param>
/// <param name="chainsPerCommit">After how many chains a transaction ends; those of one block stay together.</param>
sealed class RestoreText(TextWriter writer, int chainsPerCommit)
{
    int chains;

    /// <param name="nat">The change of table nat.</param>
    /// <param name="filter">The change of table filter.</param>
    /// <param name="signed">Whether to do nothing if the fixed rules are not there.</param>
    public void Write(TableChange nat, TableChange filter, bool signed)
    {
        if (filter.Adds)
        {
            Begin(filter, signed ? FixedRules.FilterSign : null);
            Add(filter);
            writer.Write("COMMIT\n");
        }
        if (nat.Adds || nat.Removes)
        {
            Begin(nat, signed ? FixedRules.NatSign : null);
            Add(nat);
            Remove(nat);
            writer.Write("COMMIT\n");
        }
        if (!filter.Removes) return;
        Begin(filter, signed ? FixedRules.FilterSign : null);
        Remove(filter);
        writer.Write("COMMIT\n");
    }

    void Begin(TableChange change, ChainRule? sign)
    {
        writer.Write($"*{change.Table}\n");
        if (sign is { } rule) Command("-C", rule);
        chains = 0;
    }

    void Add(TableChange change)
    {
        foreach (var block in change.Refill)
        {
            foreach (var chain in block) Declare(chain.Name);
            foreach (var chain in block)
            {
                foreach (var rule in chain.Rules) Command("-A", new(chain.Name, rule));
            }
            CommitIfLong(change.Table, block.Count);
        }
        foreach (var rule in change.Insert) Command("-I", rule);
        foreach (var rule in change.Append) Command("-A", rule);
    }

    void Remove(TableChange change)
    {
        foreach (var rule in change.Delete) Command("-D", rule);
        foreach (var some in change.Drop.Chunk(chainsPerCommit))
        {
            // All are emptied first: a chain to which another one jumps can't be deleted.
            foreach (var chain in some) Declare(chain);
            foreach (var chain in some) writer.Write($"-X {chain}\n");
            CommitIfLong(change.Table, some.Length);
        }
    }

    void CommitIfLong(string table, int more)
    {
        chains += more;
        if (chains < chainsPerCommit) return;
        writer.Write($"COMMIT\n*{table}\n");
        chains = 0;
    }

    void Declare(string chain) => writer.Write($":{chain} - [0:0]\n");

    void Command(string command, ChainRule rule) => writer.Write($"{command} {rule.Chain} {rule.Rule}\n");
}
