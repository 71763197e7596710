using System.Net;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>
/// Makes packets to Services the node's own, so that IPVS sees them: the Services' addresses are on the dummy interface
/// kube-ipvs0, but their local routes are in a table that only packets with our mark look into.
/// </summary>
/// <remarks>
/// With the routes where the kernel puts them, as kube-proxy leaves them, the node would also answer on every port of these
/// addresses that is no Service, for whatever listens on all its addresses, and take them for the source of what it sends
/// there. IPv4 sends ICMP errors in the name of an address only where an interface has it: without, no client would learn that
/// a packet was too large. IPv6 needs no address for that, and would take one for a source; so there it is a route alone.
/// </remarks>
sealed class ServiceRoutes : IDisposable
{
    public const string Device = "kube-ipvs0";
    public const uint Table = 4960;

    // RT_TABLE_LOCAL, RTPROT_KERNEL.
    const uint LocalTable = 255;
    const byte KernelProtocol = 2;

    // Its index in every namespace.
    const int Loopback = 1;

    // Before the rule for the main table, after the kernel's for its own addresses.
    const uint Priority = 4960;

    readonly RouteNetlink net = new();
    readonly IReadOnlyList<IpvsFamily> families;
    int device;

    public ServiceRoutes(IReadOnlyList<IpvsFamily> families) => this.families = families;

    /// <summary>Makes the interface, the rules, and routes to these addresses.</summary>
    /// <param name="stale">The addresses of routes that are not wanted; they are still there.</param>
    /// <returns>The number of things that had to change, stale ones among them.</returns>
    public int Ensure(IEnumerable<Address> addresses, out IReadOnlyList<Address> stale)
    {
        var changed = EnsureDevice();
        var rules = net.Rules.List();
        foreach (var rule in families.Select(RuleOf).Where(r => !rules.Contains(r)))
        {
            net.Rules.Ensure(rule);
            changed++;
        }
        var wanted = addresses.Select(AddressRange.Of).Concat(families.SelectMany(f => (AddressRange[])[f.PodAlias, f.NodeAlias])).Select(Net).ToHashSet();
        stale = [.. net.Routes.List(Table).Where(r => !wanted.Remove(r.Destination)).Select(r => Address.From(r.Destination.BaseAddress))];
        foreach (var destination in wanted) net.Routes.Replace(RouteTo(destination));
        return changed + wanted.Count + stale.Count + EnsureAddresses(addresses, stale);
    }

    int EnsureAddresses(IEnumerable<Address> wanted, IReadOnlyList<Address> stale)
    {
        var present = net.Addresses.List(device).Select(a => Address.From(a.Address)).ToHashSet();
        var missing = wanted.Where(a => !a.IsIPv6 && !present.Remove(a)).ToList();
        foreach (var address in missing) AddAddress(address);
        var extra = present.Where(a => !a.IsIPv6).Except(stale).ToList();
        foreach (var address in extra) RemoveAddress(address);
        var local = net.Routes.List(LocalTable).Where(r => r.Device == device && r.Type == RouteType.Local).ToList();
        foreach (var route in local) net.Routes.Remove(route);
        return missing.Count + extra.Count + local.Count;
    }

    public void Add(Address address)
    {
        net.Routes.Replace(RouteTo(Net(AddressRange.Of(address))));
        if (!address.IsIPv6) AddAddress(address);
    }

    public void Remove(Address address)
    {
        if (!address.IsIPv6) RemoveAddress(address);
        net.Routes.Remove(RouteTo(Net(AddressRange.Of(address))));
    }

    void AddAddress(Address address)
    {
        net.Addresses.Replace(device, address.ToIPAddress(), address.Length * 8, RouteScope.Host);
        net.Routes.Remove(RouteTo(Net(AddressRange.Of(address))) with { Table = LocalTable, Protocol = KernelProtocol });
    }

    void RemoveAddress(Address address) => net.Addresses.Remove(device, address.ToIPAddress(), address.Length * 8);

    /// <summary>Whether anything of it is there.</summary>
    public bool Any() => net.Links.Find(Device) is not null || net.Rules.List().Any(r => families.Select(RuleOf).Contains(r));

    /// <summary>Removes all of it.</summary>
    public void RemoveAll()
    {
        foreach (var rule in families.Select(RuleOf)) net.Rules.Remove(rule);
        foreach (var route in net.Routes.List(Table)) net.Routes.Remove(route);
        net.Links.Remove(Device);
    }

    int EnsureDevice()
    {
        if (net.Links.Find(Device) is { IsUp: true } link)
        {
            device = link.Index;
            return 0;
        }
        if (net.Links.Find(Device) is null) net.Links.Add(new DummySpec(Device));
        device = net.Links.Get(Device).Index;
        // No link-local address: nobody is to be reached over it.
        Sysctl.Write($"net/ipv6/conf/{Device}/addr_gen_mode", "1");
        net.Links.SetUp(device);
        return 1;
    }

    // With the last IPv4 address of an interface the kernel takes away all its routes: those that are always there are lo's.
    Route RouteTo(IPNetwork destination) => new(destination) { Device = IsAlias(destination) ? Loopback : device, Table = Table, Type = RouteType.Local, Scope = RouteScope.Host };

    bool IsAlias(IPNetwork destination) => families.Any(f => Net(f.PodAlias).Equals(destination) || Net(f.NodeAlias).Equals(destination));

    static RoutingRule RuleOf(IpvsFamily family) => new(Priority, Table) { Mark = HelperRules.TakenMark, MarkMask = HelperRules.TakenMark, IPv6 = family.IsIPv6 };

    static IPNetwork Net(AddressRange range) => new(range.First.ToIPAddress(), range.Prefix);

    public void Dispose() => net.Dispose();
}
