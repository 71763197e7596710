using Fairlead.Dataplanes.Iptables;
using Fairlead.Linux;
using Fairlead.Linux.Conntrack;
using Fairlead.Linux.IpSets;
using Fairlead.Linux.Ipvs;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>
/// Serves by the kernel's IPVS: a virtual service for each frontend on each of its addresses, and beside it sets of ipset, a
/// fixed number of rules of iptables, and routes that bring the packets to IPVS. README.md draws a packet's way. Virtual
/// services, sets, rules and routes of others are not touched.
/// </summary>
public sealed class IpvsDataplane : IDataplane
{
    readonly IpvsSettings settings;
    readonly IpvsFamily[] families;
    readonly IpvsTable table;
    readonly IpSetTable setTable = new();
    readonly ConntrackTable flows = new();
    readonly VirtualServers servers;
    readonly HelperSets sets;
    readonly ServiceRoutes routes;
    readonly Dictionary<Address, int> uses = [];

    IptablesVariant? variant;
    IReadOnlyList<HelperTables> rules = [];
    IReadOnlyList<string>? loopback;
    NodeTable? served;

    /// <param name="variant">Which of the kernel's packet filters the helper rules go to; null: see <see cref="VariantDetection"/>.</param>
    /// <exception cref="DataplaneException">This kernel has no IPVS; see <see cref="Lack"/>.</exception>
    public IpvsDataplane(IpvsSettings settings, IptablesVariant? variant = null)
    {
        (this.settings, this.variant) = (settings, variant);
        // A kernel can be without IPv6.
        families = [.. IpvsFamily.Both.Where(f => !f.IsIPv6 || File.Exists("/proc/thread-self/net/if_inet6"))];
        try
        {
            table = new();
        }
        catch (LinuxException e)
        {
            throw new DataplaneException($"ipvs: {e.Message}", e);
        }
        servers = new(table, new(setTable, families), settings);
        sets = new(setTable, families);
        routes = new(families);
    }

    /// <summary>What this machine lacks for the mode, or null. The kernel looks for its modules when it is asked.</summary>
    public static string? Lack()
    {
        try
        {
            using var ipvs = new IpvsTable();
            using var sets = new IpSetTable();
            sets.Names();
        }
        catch (LinuxException e)
        {
            return e.Message;
        }
        return VariantDetection.Lack();
    }

    public int Converge(NodeTable table) => Guarded(() =>
    {
        var wanted = families.Select(f => IpvsRules.Render(table, f, settings)).ToList();
        KernelSettings.Apply(settings, this.table);
        var changed = sets.Ensure();
        var plan = servers.Compare(wanted.SelectMany(w => w.Servers).ToDictionary());
        var members = sets.Compare(wanted.SelectMany(w => w.Members));
        changed += plan.Count + members.Add.Count + members.Remove.Count;

        // First there is somewhere to send to, then packets are sent there, and only then goes what they were sent to before.
        servers.Add(plan);
        uses.Clear();
        foreach (var (address, count) in wanted.SelectMany(w => w.Uses)) uses[address] = count;
        changed += routes.Ensure(uses.Keys.Union(servers.DrainingAddresses), out var stale);
        foreach (var address in stale) uses[address] = 0;
        sets.Add(members.Add);
        changed += ConvergeRules(table);
        sets.Remove(members.Remove);
        Remove(plan);
        served = table;
        return changed;
    });

    public void Apply(TableDelta delta, NodeTable table)
    {
        // Where a Service has an address of the node's, it and node ports are in each other's way.
        if (served is null || delta.NodeChanged || delta.Frontends.Any(c => table.NodePortAddresses.Contains(c.Key.Address)))
        {
            Converge(table);
            return;
        }
        try
        {
            foreach (var family in families) Apply(delta, table, family);
            ApplyLoopback(delta, table);
            served = table;
        }
        catch (Exception e) when (e is LinuxException or DataplaneException)
        {
            // Somebody else's hand in our services or sets.
            Converge(table);
        }
    }

    void Apply(TableDelta delta, NodeTable table, IpvsFamily family)
    {
        var changes = delta.Frontends.Where(c => c.Key.Address.IsIPv6 == family.IsIPv6).ToList();
        FrontendParts Parts(Frontend? frontend) => frontend is null ? FrontendParts.None : FrontendParts.Render(frontend, table, family, settings);
        var (old, now) = (changes.Select(c => Parts(c.Old)).ToList(), changes.Select(c => Parts(c.New)).ToList());
        SetMember LoopBack(Address address) => IpvsRules.LoopBack(address, family);
        var before = old.SelectMany(p => p.Members).Concat(delta.HairpinRemoved.Where(a => a.IsIPv6 == family.IsIPv6).Select(LoopBack)).ToHashSet();
        var after = now.SelectMany(p => p.Members).Concat(delta.HairpinAdded.Where(a => a.IsIPv6 == family.IsIPv6).Select(LoopBack)).ToHashSet();
        var plan = ServerPlan.Between(old.SelectMany(p => p.Servers), now.SelectMany(p => p.Servers));

        servers.Add(plan);
        Use(now, +1);
        sets.Add(after.Except(before));
        sets.Remove(before.Except(after));
        Use(old, -1);
        Remove(plan);
    }

    /// <summary>Counts who uses an address; the first one's route is made here.</summary>
    void Use(IEnumerable<FrontendParts> parts, int by)
    {
        foreach (var address in parts.Select(p => p.Address).OfType<Address>())
        {
            var count = uses[address] = uses.GetValueOrDefault(address) + by;
            if (count == 1 && by > 0) routes.Add(address);
        }
    }

    /// <summary>Removes services, and routes to the addresses that nothing is left on.</summary>
    void Remove(ServerPlan plan)
    {
        var unused = uses.Where(u => u.Value == 0).Select(u => u.Key).Union(servers.DrainingAddresses).ToList();
        servers.Remove(plan);
        foreach (var address in unused.Except(servers.DrainingAddresses).Where(a => uses.GetValueOrDefault(a) == 0))
        {
            uses.Remove(address);
            routes.Remove(address);
        }
    }

    int ConvergeRules(NodeTable table)
    {
        variant ??= VariantDetection.Detect();
        rules = [.. families.Select(f => new HelperTables(f, new(variant.Value)))];
        loopback = LoopbackRules.Render(table, IpvsFamily.IPv4);
        if (loopback is not null) KernelSettings.OpenLoopback();
        return rules.Sum(r => r.Converge(HelperRules.Serving(r.Family, LoopbackRules.Render(table, r.Family))));
    }

    void ApplyLoopback(TableDelta delta, NodeTable table)
    {
        if (loopback is null || !delta.Frontends.Any(c => LoopbackRules.IsConcerned(c.Old) || LoopbackRules.IsConcerned(c.New))) return;
        var now = LoopbackRules.Render(table, IpvsFamily.IPv4)!;
        if (!now.SequenceEqual(loopback)) rules[0].Refill("nat", new(HelperRules.Loopback, now));
        loopback = now;
    }

    /// <remarks>
    /// New connections are the next data plane's. Those that IPVS has go on through it until they end: TCP that was closed and
    /// datagrams that nobody answers any more hold nothing up.
    /// </remarks>
    public bool Retire() => Guarded(() =>
    {
        served = null;
        if (!IsAnythingLeft()) return true;
        foreach (var family in Everywhere().Where(f => f.Any())) family.Converge(HelperRules.Retiring);
        if (!servers.Retire()) return false;
        TakeAway();
        return true;
    });

    public void Remove() => Guarded(() =>
    {
        served = null;
        var wasOpen = loopback is not null;
        TakeAway();
        if (wasOpen) KernelSettings.CloseLoopback();
        return true;
    });

    void TakeAway()
    {
        foreach (var family in Everywhere()) family.Converge(HelperRules.None);
        servers.RemoveAll();
        sets.Destroy();
        routes.RemoveAll();
        uses.Clear();
        // What is left of our connections are datagrams' flows: the next datagram is the next data plane's to send on.
        flows.Remove(0, f => (f.Mark & HelperRules.TakenMark) != 0 && f.Protocol != (byte)TransportProtocol.Tcp);
    }

    bool IsAnythingLeft() => routes.Any() || sets.Any() || Everywhere().Any(f => f.Any());

    // An earlier agent may have found the other variant in use.
    IEnumerable<HelperTables> Everywhere() => Enum.GetValues<IptablesVariant>().Where(IptablesTool.IsInstalled)
        .SelectMany(v => families.Select(f => new HelperTables(f, new(v))));

    static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is LinuxException or IOException)
        {
            throw new DataplaneException($"ipvs: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        table.Dispose();
        setTable.Dispose();
        flows.Dispose();
        routes.Dispose();
    }
}
