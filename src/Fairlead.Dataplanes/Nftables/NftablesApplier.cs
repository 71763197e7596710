using Fairlead.Linux;
using Fairlead.Linux.Conntrack;
using Fairlead.Linux.Nftables;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>
/// Keeps the kernel's tables `ip fairlead` and `ip6 fairlead` equal to a node's table; no other table is touched. Works in
/// the network namespace of the thread that made it. One caller at a time. The rules stay when it is disposed, so that
/// traffic flows while the agent restarts; <see cref="Remove"/> takes them away.
/// </summary>
public sealed class NftablesApplier : IDisposable
{
    readonly NftablesContext context = new();
    readonly ConntrackTable flows = new();
    readonly FamilyRules[] families;

    public NftablesApplier() => families = [.. NftFamily.Both.Select(f => new FamilyRules(f, context))];

    /// <summary>
    /// Brings the kernel to the table from any state: what an earlier agent left is adopted and only what differs is
    /// changed; a table of another layout is replaced, and serves again some milliseconds later when it has its elements.
    /// </summary>
    /// <returns>The number of elements that had to change.</returns>
    /// <exception cref="NftablesException">The kernel refused the fixed part.</exception>
    /// <exception cref="LinuxException">The kernel refused the elements.</exception>
    public int Converge(NodeTable table) => families.Sum(f => f.Converge(table));

    /// <summary>
    /// Applies a change to what is there, one transaction a family, and ends UDP flows to endpoints that went. If the kernel's state is not what it was left as,
    /// converges to the whole table.
    /// </summary>
    /// <param name="table">The whole table after the change.</param>
    public void Apply(TableDelta delta, NodeTable table)
    {
        try
        {
            foreach (var family in families) family.Apply(delta);
            StaleFlows.Remove(delta, flows);
        }
        catch (Exception e) when (e is LinuxException or NftablesException)
        {
            // Somebody else changed our table, for example by `nft flush ruleset`.
            Converge(table);
        }
    }

    /// <summary>Takes the tables away.</summary>
    public void Remove()
    {
        foreach (var family in families) family.Remove();
    }

    public void Dispose()
    {
        foreach (var family in families) family.Dispose();
        flows.Dispose();
        context.Dispose();
    }
}
