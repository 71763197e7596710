using System.Net;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>Makes the namespaces of a lab and the links between them, as <see cref="LabPlan"/> draws them.</summary>
sealed class LabNetwork : IDisposable
{
    const string Uplink = "eth0", Bridge = "br0";
    static readonly TimeSpan CarrierLimit = TimeSpan.FromSeconds(5);

    readonly string prefix;
    readonly Dictionary<string, NetworkNamespace> spaces = [];
    readonly Dictionary<string, RouteNetlink> kernels = [];

    public LabNetwork(string prefix)
    {
        this.prefix = prefix;
        try
        {
            Build();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public NetworkNamespace this[string name] => spaces[name];

    void Build()
    {
        foreach (var name in (string[])["world", "n1", "n2", "outside", .. Enumerable.Range(1, LabPlan.Pods).Select(n => $"pod{n}")]) Make(name);
        kernels["world"].Links.Add(new BridgeSpec(Bridge) { Up = true });
        foreach (var name in (string[])["n1", "n2", "outside"]) Plug(name);
        foreach (var ipv6 in (bool[])[false, true]) Route(ipv6);
        for (var pod = 1; pod <= LabPlan.Pods; pod++) Join(pod);
        foreach (var name in spaces.Keys) AwaitCarrier(name);
    }

    void Make(string name)
    {
        var space = NetworkNamespace.Create(prefix + name);
        spaces[name] = space;
        kernels[name] = RouteNetlink.In(space);
        space.Run(() =>
        {
            var forwards = name is "n1" or "n2" or "world" ? "1" : "0";
            foreach (var (setting, value) in ((string, string)[])
            [
                ("ipv4/ip_forward", forwards), ("ipv6/conf/all/forwarding", forwards),
                ("ipv4/conf/all/rp_filter", "0"), ("ipv4/conf/default/rp_filter", "0"),
                // Refused datagrams must be told of every time, not once a second nor up to so many: what is limited is no error.
                ("ipv4/icmp_ratemask", "0"), ("ipv6/icmp/ratemask", "129"),
                // A node that passes on what came by its uplink would send the next packet another way.
                ("ipv4/conf/all/send_redirects", "0"), ("ipv4/conf/default/send_redirects", "0"),
                ("ipv6/conf/all/accept_redirects", "0"), ("ipv6/conf/default/accept_redirects", "0"),
                ("ipv6/conf/default/accept_dad", "0"), ("ipv6/conf/all/accept_dad", "0"),
                // The world answers under addresses that it has by a route alone.
                ("ipv6/ip_nonlocal_bind", "1"),
            ]) Sysctl.Write("net/" + setting, value);
        });
    }

    void Plug(string name)
    {
        var world = kernels["world"];
        world.Links.Add(new VethSpec(name, Uplink) { PeerNamespaceFd = spaces[name].Fd, Master = world.Links.Get(Bridge).Index, Up = true });
        kernels[name].Links.SetUp(kernels[name].Links.Get(Uplink).Index);
    }

    void Route(bool ipv6)
    {
        var prefixLength = ipv6 ? 64 : 24;
        Give("world", Bridge, LabPlan.World(ipv6), prefixLength);
        foreach (var range in LabPlan.ServiceRanges.Where(r => r.First.IsIPv6 == ipv6))
            kernels["world"].Routes.Replace(new(Net(range)) { Type = RouteType.Local, Scope = RouteScope.Host, Table = 255, Device = 1 });
        Give("outside", Uplink, LabPlan.Outside(ipv6), prefixLength);
        OnLink("outside", Uplink, new(LabPlan.Node(0, ipv6).ToIPAddress(), prefixLength));
        OnLink("world", Bridge, Subnet(LabPlan.Outside(ipv6), prefixLength));
        for (var node = 1; node <= 2; node++) Give($"n{node}", Uplink, LabPlan.Node(node, ipv6), prefixLength);
        for (var node = 1; node <= 2; node++)
        {
            OnLink($"n{node}", Uplink, Subnet(LabPlan.Outside(ipv6), prefixLength));
            Via($"n{node}", Everywhere(ipv6), LabPlan.World(ipv6));
            foreach (var other in (string[])["world", "outside", $"n{3 - node}"]) Via(other, Subnet(LabPlan.Gateway(node, ipv6), prefixLength), LabPlan.Node(node, ipv6));
            // The host outside chooses a node by the packet's mark.
            kernels["outside"].Rules.Ensure(new(1000 + (uint)node, 100 + (uint)node) { Mark = (uint)node, IPv6 = ipv6 });
            Via("outside", Everywhere(ipv6), LabPlan.Node(node, ipv6), 100 + (uint)node);
        }
        Via("outside", Everywhere(ipv6), LabPlan.Node(1, ipv6));
        Give("n1", Uplink, LabPlan.Third(ipv6), ipv6 ? 128 : 32);
    }

    /// <summary>A Pod's link as Fairlead's CNI plug-in makes it: no bridge, an address alone, all by the node's end.</summary>
    void Join(int pod)
    {
        var (name, node) = ($"pod{pod}", $"n{LabPlan.NodeOf(pod)}");
        kernels[node].Links.Add(new VethSpec(name, Uplink) { PeerNamespaceFd = spaces[name].Fd });
        kernels[name].Links.SetUp(kernels[name].Links.Get(Uplink).Index);
        kernels[node].Links.SetUp(kernels[node].Links.Get(name).Index);
        foreach (var ipv6 in (bool[])[false, true])
        {
            var (address, gateway, width) = (LabPlan.Pod(pod, ipv6), LabPlan.Gateway(LabPlan.NodeOf(pod), ipv6), ipv6 ? 128 : 32);
            Give(name, Uplink, address, width);
            Give(node, name, gateway, width);
            OnLink(node, name, new(address.ToIPAddress(), width));
            OnLink(name, Uplink, new(gateway.ToIPAddress(), width));
            Via(name, Everywhere(ipv6), gateway);
        }
    }

    void Give(string space, string link, Address address, int prefixLength) =>
        kernels[space].Addresses.Replace(kernels[space].Links.Get(link).Index, address.ToIPAddress(), prefixLength);

    void OnLink(string space, string link, IPNetwork destination) =>
        kernels[space].Routes.Replace(new(destination) { Device = kernels[space].Links.Get(link).Index, Scope = RouteScope.Link });

    void Via(string space, IPNetwork destination, Address gateway, uint table = Linux.Netlink.Route.MainTable) =>
        kernels[space].Routes.Replace(new(destination) { Gateway = gateway.ToIPAddress(), Table = table });

    static IPNetwork Everywhere(bool ipv6) => new(ipv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);

    static IPNetwork Subnet(Address address, int prefixLength) => Net(AddressRange.Parse($"{address}/{prefixLength}"));

    static IPNetwork Net(AddressRange range) => new(range.First.ToIPAddress(), range.Prefix);

    /// <summary>Until its carrier is there, a link drops what it is to send; see <see cref="LinkTable.Settle"/>.</summary>
    void AwaitCarrier(string space)
    {
        var links = kernels[space].Links;
        foreach (var link in links.List()) links.Settle(link.Index);
        for (var end = Environment.TickCount64 + (long)CarrierLimit.TotalMilliseconds; links.List().Any(l => !l.IsRunning && l.Kind is not null); Thread.Sleep(1))
            Assert.True(Environment.TickCount64 < end, $"a link of {space} has no carrier");
    }

    /// <summary>The addresses on a namespace's links, without loopback and link-local ones.</summary>
    public IEnumerable<Address> AddressesOf(string space) => kernels[space].Addresses.List()
        .Where(a => !IPAddress.IsLoopback(a.Address) && !a.Address.IsIPv6LinkLocal).Select(a => Address.From(a.Address)).Distinct();

    public void Dispose()
    {
        foreach (var kernel in kernels.Values) kernel.Dispose();
        foreach (var (name, space) in spaces)
        {
            space.Dispose();
            NetworkNamespace.Delete(prefix + name);
        }
    }
}
