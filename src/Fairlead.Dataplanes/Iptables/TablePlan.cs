namespace Fairlead.Dataplanes.Iptables;

/// <summary>What one table should hold of ours.</summary>
/// <param name="Table">"nat" or "filter".</param>
/// <param name="Fixed">Chains that depend on no Service.</param>
/// <param name="Shared">Chains to which every Service gives rules; each after those it jumps to.</param>
/// <param name="Own">The chains of each port of a Service. May be rendered anew each time it is walked: all of them at once are much.</param>
/// <param name="Jumps">Rules in the kernel's own chains, in order.</param>
sealed record TablePlan(
    string Table, IReadOnlyList<IptablesChain> Fixed, IReadOnlyList<SharedChain> Shared, IEnumerable<IReadOnlyList<IptablesChain>> Own, IReadOnlyList<ChainRule> Jumps)
{
    /// <summary>Nothing of ours.</summary>
    public static TablePlan None(string table) => new(table, [], [], [], []);
}
