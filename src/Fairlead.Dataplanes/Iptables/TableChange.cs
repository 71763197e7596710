namespace Fairlead.Dataplanes.Iptables;

/// <summary>What is to be done to one table.</summary>
/// <param name="table">"nat" or "filter".</param>
sealed class TableChange(string table)
{
    public string Table => table;

    /// <summary>Chains to be made, or emptied and filled again, in blocks: what is in one block changes at once.</summary>
    public IEnumerable<IReadOnlyList<IptablesChain>> Refill { get; set; } = [];

    /// <summary>Single rules for the head of their chains; the last one comes first there.</summary>
    public List<ChainRule> Insert { get; } = [];

    /// <summary>Single rules for the end of their chains.</summary>
    public List<ChainRule> Append { get; } = [];

    public List<ChainRule> Delete { get; } = [];

    /// <summary>Chains to be deleted, each before those it may jump to.</summary>
    public List<string> Drop { get; set; } = [];

    /// <summary>How many chains and rules differ.</summary>
    public int Count { get; set; }

    public bool Adds => Insert.Count > 0 || Append.Count > 0 || Refill.Any();

    public bool Removes => Delete.Count > 0 || Drop.Count > 0;
}
