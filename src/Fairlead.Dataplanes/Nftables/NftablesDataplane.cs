using Fairlead.Linux;
using Fairlead.Linux.Conntrack;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Nftables;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>
/// Keeps the kernel's tables `ip fairlead` and `ip6 fairlead` equal to a node's table; no other table is touched. A table of
/// another layout is replaced, and serves again some milliseconds later when it has its elements.
/// </summary>
public sealed class NftablesDataplane : IDataplane
{
    readonly NftablesContext context = new();
    readonly TranslatedConnections connections = new();
    readonly FamilyRules[] families;

    // What the kernel was left with, and when: as long as its generation is the same it need not be read.
    (NodeTable Table, uint Generation)? left;

    /// <param name="name">Of the kernel's table in each family.</param>
    public NftablesDataplane(string name = Skeleton.Table) => families = [.. NftFamily.Both.Select(f => new FamilyRules(f, context, name))];

    /// <summary>How many connections were made to each frontend since it was first served. Walks the table.</summary>
    /// <exception cref="LinuxException">There is no table.</exception>
    public IReadOnlyDictionary<FrontendKey, long> Connections() => families.SelectMany(f => f.Connections()).ToDictionary(c => c.Frontend, c => c.Connections);

    public int Converge(NodeTable table)
    {
        connections.Forget();
        try
        {
            // Answers to 127.0.0.1 come back over the wire; the table's loopback-guard keeps others out.
            if (table.LocalhostNodePorts) Sysctl.Write("net/ipv4/conf/all/route_localnet", "1");
            var there = Known();
            if (there == table) return 0;
            left = null;
            var changed = families.Sum(f => f.Converge(table, there));
            left = (table, families[0].Generation());
            return changed;
        }
        catch (Exception e) when (e is LinuxException or NftablesException)
        {
            throw new DataplaneException($"nftables: {e.Message}", e);
        }
    }

    public void Apply(TableDelta delta, NodeTable table)
    {
        if (delta.NodeChanged)
        {
            Converge(table);
            return;
        }
        try
        {
            var known = Known() is not null;
            left = null;
            foreach (var family in families) family.Apply(delta, table);
            if (known) left = (table, families[0].Generation());
        }
        catch (Exception e) when (e is LinuxException or NftablesException)
        {
            // Somebody else changed our table, for example by `nft flush ruleset`.
            Converge(table);
        }
    }

    /// <summary>What the kernel serves, unless somebody changed anything of nftables since.</summary>
    NodeTable? Known() => left is { } last && families[0].Generation() == last.Generation ? last.Table : null;

    /// <remarks>
    /// What is established is in the kernel's connection table and needs no element, but no packet is translated unless some
    /// chain of type nat is there: the table stays without elements as long as such connections live.
    /// </remarks>
    public bool Retire()
    {
        try
        {
            if (!families.Any(f => f.IsThere) || !connections.AnyOpen())
            {
                Remove();
                return true;
            }
            left = null;
            foreach (var family in families) family.Drain();
            return false;
        }
        catch (Exception e) when (e is LinuxException or NftablesException)
        {
            throw new DataplaneException($"nftables: {e.Message}", e);
        }
    }

    public void Remove()
    {
        left = null;
        foreach (var family in families) family.Remove();
    }

    public void Dispose()
    {
        foreach (var family in families) family.Dispose();
        connections.Dispose();
        context.Dispose();
    }
}
