using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>The kernel's tables nat and filter of one family.</summary>
sealed class FamilyRules(IptablesFamily family, IptablesTool tool)
{
    /// <summary>
    /// iptables-nft takes time that grows with the square of the chains in a transaction: 10,000 Services at once take 16 s,
    /// in pieces of this size 2 s. The legacy variant copies the whole table for each transaction, so there one must do.
    /// </summary>
    const int ChainsPerCommit = 500;

    PortIndex? ports;
    NodeRules? node;
    IptablesChain? healthChecks;

    /// <summary>See <see cref="IptablesDataplane.Converge"/>.</summary>
    public int Converge(NodeTable table)
    {
        var index = new PortIndex(table, family);
        (ports, node, healthChecks) = (index, NodeRules.Of(table, family), FixedRules.HealthChecks(table));
        var rules = IptablesRules.Render(table, index, node);
        var saved = Read();
        if (LocalnetGuard.StandsIn(saved.Filter) && !node.Localhost) LocalnetGuard.Close();
        var count = Bring(saved, rules.Nat, rules.Filter, node.Localhost);
        if (node.Localhost) LocalnetGuard.Open();
        return count;
    }

    /// <summary>See <see cref="IptablesDataplane.Apply"/>.</summary>
    /// <returns>False: this is not a change of single Services, the whole table is to be looked at.</returns>
    public bool Apply(TableDelta delta, NodeTable table)
    {
        if (ports is null || node != NodeRules.Of(table, family)) return false;
        var changes = ports.Apply(delta);
        var (nat, filter) = PortDelta.Between(
            [.. changes.Select(c => PortRules.Render(c.Port, c.Old, node!))], [.. changes.Select(c => PortRules.Render(c.Port, c.New, node!))]);
        var checks = FixedRules.HealthChecks(table);
        if (!checks.Rules.SequenceEqual(healthChecks!.Rules)) filter.Refill = filter.Refill.Append([checks]);
        healthChecks = checks;
        if (nat.Adds || nat.Removes || filter.Adds || filter.Removes) Restore(nat, filter, signed: true);
        return true;
    }

    /// <summary>Takes away all that serves new connections.</summary>
    /// <returns>0: nothing of ours was there.</returns>
    public int Retire()
    {
        ports = null;
        var saved = Read();
        if (!saved.Nat.Chains.Concat(saved.Filter.Chains).Any(ChainNames.IsOurs)) return 0;
        Bring(saved, TablePlan.None("nat") with { Fixed = [FixedRules.Postrouting] }, TablePlan.None("filter"), localhost: false);
        return 1;
    }

    /// <summary>Takes away all that is ours, whoever put it there.</summary>
    /// <param name="close">Whether to close 127.0.0.0/8 again, if we opened it.</param>
    /// <returns>How many things there were.</returns>
    public int Remove(bool close)
    {
        ports = null;
        var saved = Read();
        if (close && LocalnetGuard.StandsIn(saved.Filter)) LocalnetGuard.Close();
        return Bring(saved, TablePlan.None("nat"), TablePlan.None("filter"), localhost: false);
    }

    (SavedTable Nat, SavedTable Filter) Read()
    {
        // Without a table's name: asking the legacy variant for one by name would make it.
        var saved = SavedTable.Read(tool.Save(family, null));
        return (saved.GetValueOrDefault("nat", SavedTable.Empty), saved.GetValueOrDefault("filter", SavedTable.Empty));
    }

    int Bring((SavedTable Nat, SavedTable Filter) saved, TablePlan natPlan, TablePlan filterPlan, bool localhost)
    {
        var (nat, filter) = (TableComparison.Between(natPlan, saved.Nat), TableComparison.Between(filterPlan, saved.Filter));
        if (!family.IsIPv6) LocalnetGuard.Compare(localhost, saved.Filter, filter);
        var count = nat.Count + filter.Count;
        if (count > 0) Restore(nat, filter, signed: false);
        return count;
    }

    void Restore(TableChange nat, TableChange filter, bool signed)
    {
        var pieces = tool.Variant == IptablesVariant.Nft ? ChainsPerCommit : int.MaxValue;
        tool.Restore(family, writer => new RestoreText(writer, pieces).Write(nat, filter, signed));
    }
}
