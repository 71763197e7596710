namespace Fairlead.Linux.Nftables;

/// <summary>
/// Looks at the table, and adds rules that nft's own language cannot make, over nfnetlink: libnftables would read every
/// element of every set before it names one chain. Belongs to the network namespace of the thread that made
/// it. One caller at a time.
/// </summary>
/// <param name="family">NFPROTO_IPV4 or NFPROTO_IPV6.</param>
public sealed class NftRules(byte family, string table) : IDisposable
{
    const ushort GetTable = NftTransaction.Subsystem | 1, GetChain = NftTransaction.Subsystem | 4, NewRule = NftTransaction.Subsystem | 6, GetRule = NftTransaction.Subsystem | 7;
    const ushort FlagCreate = 0x400, FlagAppend = 0x800;

    readonly NftTransaction transaction = new(family, table);

    /// <summary>Whether the kernel has the table.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public bool HasTable() => transaction.IsThere(GetTable, _ => { });

    /// <summary>Whether the table has the chain.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public bool HasChain(string name) => transaction.IsThere(GetChain, writer => writer.String(3, name));

    /// <summary>Whether a chain has any rule.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public bool HasRules(string chain)
    {
        var any = false;
        transaction.Dump(GetRule, writer => writer.String(2, chain), $"read chain {chain}", (_, _) => any = true);
        return any;
    }

    /// <summary>Adds a rule at the end of a chain.</summary>
    /// <exception cref="LinuxException">The kernel refused: ENOENT for a chain or map that is not there.</exception>
    public void Append(string chain, IReadOnlyList<NftExpression> expressions)
    {
        transaction.Begin();
        transaction.Message(NewRule, FlagCreate | FlagAppend, last: true);
        var writer = transaction.Writer;
        writer.String(2, chain);
        writer.BeginNest(4);
        foreach (var expression in expressions)
        {
            writer.BeginNest(1);
            writer.String(1, expression.Name);
            writer.BeginNest(2);
            expression.Attributes(writer);
            writer.End();
            writer.End();
        }
        writer.End();
        writer.End();
        transaction.Commit($"add a rule to chain {chain}");
    }

    public void Dispose() => transaction.Dispose();
}
