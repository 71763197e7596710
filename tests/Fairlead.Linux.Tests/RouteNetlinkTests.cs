using System.Net;
using System.Net.NetworkInformation;
using Fairlead.Linux.Netlink;

namespace Fairlead.Linux.Tests;

public class RouteNetlinkTests
{
    static readonly PhysicalAddress Mac = PhysicalAddress.Parse("02-00-00-00-00-07");

    [Fact]
    public void A_new_namespace_has_its_loopback_up()
    {
        using var a = new ScratchNamespace();
        var lo = Assert.Single(a.Net.Links.List(), l => l.Name == "lo");
        Assert.True(lo.IsUp);
        Assert.Contains(a.Net.Addresses.List(lo.Index), x => x.Address.Equals(IPAddress.Loopback));
    }

    [Fact]
    public void A_veth_joins_a_bridge_here_and_another_namespace()
    {
        using var a = new ScratchNamespace();
        using var b = new ScratchNamespace();
        a.Net.Links.Add(new BridgeSpec("br0") { Up = true, Mtu = 1400 });
        var bridge = a.Net.Links.Get("br0");
        a.Net.Links.Add(new VethSpec("v1", "eth0") { Master = bridge.Index, Up = true, PeerNamespaceFd = b.Namespace.Fd, PeerMac = Mac });

        Assert.Equal(1400, bridge.Mtu);
        Assert.Equal("bridge", bridge.Kind);
        var here = a.Net.Links.Get("v1");
        Assert.Equal((bridge.Index, "veth", true), (here.Master, here.Kind, here.IsUp));
        var there = b.Net.Links.Get("eth0");
        Assert.Equal(Mac, there.Mac);
        Assert.Equal(here.Index, there.Peer);

        a.Net.Links.SetHairpin(here.Index, true);
        a.Net.Links.SetMaster(here.Index, 0);
        Assert.Null(a.Net.Links.Get("v1").Master);
    }

    [Fact]
    public void A_link_is_changed_renamed_moved_and_removed()
    {
        using var a = new ScratchNamespace();
        using var b = new ScratchNamespace();
        a.Net.Links.Add(new VethSpec("v1", "v2"));
        var index = a.Net.Links.Get("v1").Index;
        a.Net.Links.SetName(index, "v3");
        a.Net.Links.SetMtu(index, 1300);
        a.Net.Links.SetMac(index, Mac);
        a.Net.Links.SetUp(index);
        var link = a.Net.Links.Get("v3");
        Assert.Equal((1300, Mac, true), (link.Mtu, link.Mac, link.IsUp));
        a.Net.Links.SetDown(index);
        Assert.False(a.Net.Links.Get("v3").IsUp);
        a.Net.Links.SetNamespace(index, b.Namespace.Fd);
        Assert.Null(a.Net.Links.Find("v3"));
        Assert.NotNull(b.Net.Links.Find("v3"));
        b.Net.Links.Remove("v3");
        b.Net.Links.Remove("v3");
        Assert.Null(a.Net.Links.Find("v2"));
    }

    [Fact]
    public void A_taken_name_is_EEXIST_and_a_missing_link_not_found()
    {
        using var a = new ScratchNamespace();
        a.Net.Links.Add(new BridgeSpec("br0"));
        Assert.True(Assert.Throws<LinuxException>(() => a.Net.Links.Add(new BridgeSpec("br0"))).IsExists);
        Assert.True(Assert.Throws<LinuxException>(() => a.Net.Links.Get("none")).IsNotFound);
    }

    [Fact]
    public void Addresses_are_added_twice_listed_and_removed_twice()
    {
        using var a = new ScratchNamespace();
        a.Net.Links.Add(new BridgeSpec("br0") { Up = true });
        var index = a.Net.Links.Get("br0").Index;
        foreach (var (text, prefix) in new[] { ("10.1.2.3", 24), ("fd00::3", 64) })
        {
            var address = IPAddress.Parse(text);
            a.Net.Addresses.Replace(index, address, prefix);
            a.Net.Addresses.Replace(index, address, prefix);
            Assert.Contains(new LinkAddress(index, address, prefix), a.Net.Addresses.List(index));
            a.Net.Addresses.Remove(index, address, prefix);
            a.Net.Addresses.Remove(index, address, prefix);
            Assert.DoesNotContain(a.Net.Addresses.List(index), x => x.Address.Equals(address));
        }
    }

    public static TheoryData<string, Route> RoutesThatComeBack()
    {
        var to = IPNetwork.Parse("10.244.1.0/24");
        var gateway = IPAddress.Parse("10.1.0.9");
        return new()
        {
            { "by a gateway", new Route(to) { Gateway = gateway } },
            { "by a link alone", new Route(to) { Scope = RouteScope.Link } },
            { "default", new Route(IPNetwork.Parse("0.0.0.0/0")) { Gateway = gateway } },
            { "in a high table", new Route(to) { Gateway = gateway, Table = 4711 } },
            { "with a source and a priority", new Route(to) { Gateway = gateway, Source = IPAddress.Parse("10.1.0.1"), Priority = 7 } },
            { "on-link gateway", new Route(to) { Gateway = IPAddress.Parse("192.0.2.1"), OnLink = true } },
            { "v6", new Route(IPNetwork.Parse("fd01::/64")) { Gateway = IPAddress.Parse("fd00::9"), Priority = 1024 } },
        };
    }

    [Theory, MemberData(nameof(RoutesThatComeBack))]
    public void A_route_comes_back_as_it_was_wished(string row, Route wish)
    {
        using var a = WithBridge(out var index);
        wish = wish with { Device = index };
        a.Net.Routes.Replace(wish);
        a.Net.Routes.Replace(wish);
        var found = Assert.Single(a.Net.Routes.List(wish.Table), r => r.Destination.Equals(wish.Destination));
        Assert.True(wish with { NextHops = [] } == found with { NextHops = wish.NextHops }, $"{row}: {found}");
        a.Net.Routes.Remove(wish);
        a.Net.Routes.Remove(wish);
        Assert.DoesNotContain(a.Net.Routes.List(wish.Table), r => r.Destination.Equals(wish.Destination));
    }

    [Fact]
    public void A_multipath_route_keeps_its_ways()
    {
        using var a = WithBridge(out var index);
        NextHop[] ways = [new(IPAddress.Parse("10.1.0.11"), index), new(IPAddress.Parse("10.1.0.12"), index, 3)];
        var wish = new Route(IPNetwork.Parse("10.96.0.0/16")) { NextHops = ways };
        a.Net.Routes.Add(wish);
        Assert.Equal(ways, Assert.Single(a.Net.Routes.List(), r => r.Destination.Equals(wish.Destination)).NextHops);
        Assert.True(Assert.Throws<LinuxException>(() => a.Net.Routes.Add(wish)).IsExists);
        a.Net.Routes.Replace(wish with { NextHops = [ways[0]] });
        Assert.Equal(ways[0].Gateway, Assert.Single(a.Net.Routes.List(), r => r.Destination.Equals(wish.Destination)).Gateway);
    }

    [Fact]
    public void Rules_and_neighbours_come_back_and_go()
    {
        using var a = WithBridge(out var index);
        var rule = new RoutingRule(100, 4711) { From = IPNetwork.Parse("10.244.0.0/16"), Mark = 0x10, MarkMask = 0xf0 };
        a.Net.Rules.Ensure(rule);
        a.Net.Rules.Ensure(rule);
        Assert.Single(a.Net.Rules.List(), rule);
        a.Net.Rules.Remove(rule);
        a.Net.Rules.Remove(rule);
        Assert.DoesNotContain(rule, a.Net.Rules.List());

        var neighbour = new Neighbour(index, IPAddress.Parse("10.1.0.40"), Mac);
        a.Net.Neighbours.Replace(neighbour);
        Assert.Single(a.Net.Neighbours.List(index), neighbour);
        a.Net.Neighbours.Remove(neighbour);
        Assert.Empty(a.Net.Neighbours.List(index));
    }

    [Fact]
    public void A_vxlan_link_has_forwarding_entries()
    {
        using var a = WithBridge(out _);
        a.Net.Links.Add(new VxlanSpec("vx1", 77, 8472) { Local = IPAddress.Parse("10.1.0.1"), Up = true });
        var index = a.Net.Links.Get("vx1").Index;
        var entry = new Neighbour(index, IPAddress.Parse("10.1.0.12"), Mac);
        a.Net.Neighbours.ReplaceForwarding(entry);
        Assert.Single(a.Net.Neighbours.ListForwarding(index), entry);
        a.Net.Neighbours.RemoveForwarding(entry);
        Assert.Empty(a.Net.Neighbours.ListForwarding(index));
    }

    static ScratchNamespace WithBridge(out int index)
    {
        var a = new ScratchNamespace();
        a.Net.Links.Add(new VethSpec("br0", "peer") { Up = true });
        index = a.Net.Links.Get("br0").Index;
        a.Net.Addresses.Replace(index, IPAddress.Parse("10.1.0.1"), 24);
        a.Net.Addresses.Replace(index, IPAddress.Parse("fd00::1"), 64);
        return a;
    }
}
