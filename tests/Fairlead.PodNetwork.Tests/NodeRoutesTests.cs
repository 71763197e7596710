using System.Net;
using Fairlead.Json;
using Fairlead.Linux.Netlink;

namespace Fairlead.PodNetwork.Tests;

/// <summary>The kernel's routes follow the Nodes of the real API server.</summary>
public sealed class NodeRoutesTests
{
    [Fact]
    public async Task Routes_come_move_and_go_with_the_nodes()
    {
        await using var lab = await Lab.StartAsync();
        await lab.NodeAsync("n1", "192.0.2.1", "10.244.1.0/24");
        await lab.NodeAsync("n2", "192.0.2.2", "10.244.2.0/24");
        await lab.NodeAsync("n3", null, "10.244.3.0/24");
        await lab.RoutesAreAsync("10.244.2.0/24 via 192.0.2.2");
        await lab.AddressAsync("n3", "192.0.2.3");
        await lab.RoutesAreAsync("10.244.2.0/24 via 192.0.2.2, 10.244.3.0/24 via 192.0.2.3");
        await lab.AddressAsync("n2", "192.0.2.22");
        await lab.RoutesAreAsync("10.244.2.0/24 via 192.0.2.22, 10.244.3.0/24 via 192.0.2.3");
        await lab.RemoveAsync("n3");
        await lab.RoutesAreAsync("10.244.2.0/24 via 192.0.2.22");
        // A node's range is set once: it changes when the node comes back as another.
        await lab.RemoveAsync("n2");
        await lab.NodeAsync("n2", "192.0.2.22", "10.244.9.0/24");
        await lab.RoutesAreAsync("10.244.9.0/24 via 192.0.2.22");
        Assert.Empty(lab.Logged);
    }

    [Fact]
    public async Task Both_families_by_the_address_of_their_own()
    {
        await using var lab = await Lab.StartAsync();
        await lab.NodeAsync("n2", null, "10.244.2.0/24", "fd00:10:244:2::/64");
        await lab.AddressAsync("n2", "192.0.2.2", "2001:db8::2");
        await lab.RoutesAreAsync("10.244.2.0/24 via 192.0.2.2, fd00:10:244:2::/64 via 2001:db8::2");
        await lab.AddressAsync("n2", "192.0.2.2");
        await lab.RoutesAreAsync("10.244.2.0/24 via 192.0.2.2");
    }

    [Fact]
    public async Task What_an_earlier_agent_left_is_put_right_and_others_routes_stay()
    {
        var eth0 = 0;
        var gateway = IPAddress.Parse("192.0.2.7");
        Route[] foreign = [];
        await using var lab = await Lab.StartAsync(lab =>
        {
            eth0 = lab.Net.Links.Get("eth0").Index;
            foreign =
            [
                new(IPNetwork.Parse("198.51.100.0/24")) { Gateway = gateway, Protocol = 4 },
                new(IPNetwork.Parse("10.244.1.5/32")) { Device = eth0, Scope = RouteScope.Link },
                new(IPNetwork.Parse("0.0.0.0/0")) { Gateway = gateway },
                new(IPNetwork.Parse("10.244.2.0/24")) { Gateway = gateway, Table = 77 },
            ];
            foreach (var route in foreign) lab.Net.Routes.Replace(route);
            lab.Net.Routes.Replace(new Route(IPNetwork.Parse("10.244.8.0/24")) { Gateway = gateway });
            lab.Net.Routes.Replace(new Route(IPNetwork.Parse("10.244.2.0/24")) { Gateway = gateway });
        });
        await lab.NodeAsync("n2", "192.0.2.2", "10.244.2.0/24");
        await lab.RoutesAreAsync("0.0.0.0/0 via 192.0.2.7, 10.244.2.0/24 via 192.0.2.2");
        await lab.RemoveAsync("n2");
        await lab.RoutesAreAsync("0.0.0.0/0 via 192.0.2.7");
        foreach (var route in foreign)
            Assert.Contains(lab.Net.Routes.List(route.Table), r => r.Destination.Equals(route.Destination) && Equals(r.Gateway, route.Gateway) && r.Protocol == route.Protocol);
    }

    [Fact]
    public async Task A_route_that_something_else_removed_comes_back()
    {
        await using var lab = await Lab.StartAsync();
        await lab.NodeAsync("n2", "192.0.2.2", "10.244.2.0/24");
        await lab.RoutesAreAsync("10.244.2.0/24 via 192.0.2.2");
        lab.Net.Routes.Remove(new Route(IPNetwork.Parse("10.244.2.0/24")) { Gateway = IPAddress.Parse("192.0.2.2") });
        await lab.RoutesAreAsync("10.244.2.0/24 via 192.0.2.2");
    }

    [Fact]
    public async Task A_node_that_cannot_be_reached_holds_up_no_other()
    {
        await using var lab = await Lab.StartAsync();
        await lab.NodeAsync("a-far", "203.0.113.9", "10.244.7.0/24");
        await lab.NodeAsync("n2", "192.0.2.2", "10.244.2.0/24");
        await lab.NodeAsync("z-far", "203.0.113.10", "10.244.8.0/24");
        await lab.RoutesAreAsync("10.244.2.0/24 via 192.0.2.2");
        await Lab.UntilAsync(() => lab.Logged.Any(l => l.StartsWith("pod network: the Pods of a-far: ", StringComparison.Ordinal)), () => "nothing was said of a-far");
    }

    [Fact]
    public async Task The_configuration_is_there_once_the_node_has_its_range()
    {
        await using var lab = await Lab.StartAsync();
        var seen = new List<string>();
        using var watcher = new FileSystemWatcher(Directory.CreateDirectory(lab.Folder + "/net.d").FullName);
        // A reader like the runtime, which looks at every *.conflist the moment that it appears.
        watcher.Renamed += (_, e) => { lock (seen) seen.Add($"{Path.GetFileName(e.OldName)} > {e.Name}"); };
        watcher.Created += (_, e) => { lock (seen) seen.Add($"+ {e.Name}"); };
        watcher.EnableRaisingEvents = true;
        await lab.NodeAsync("n2", "192.0.2.2", "10.244.2.0/24");
        await lab.NodeAsync("n1", "192.0.2.1");
        await lab.RoutesAreAsync("10.244.2.0/24 via 192.0.2.2");
        Assert.False(File.Exists(lab.ConfigurationFile));

        await lab.Client.MergePatchAsync<Api.Core.V1.Node>(null, "n1", JsonNode.Parse("""{"spec":{"podCIDR":"10.244.1.0/24","podCIDRs":["10.244.1.0/24"]}}""")!, "", default);
        await Lab.UntilAsync(() => File.Exists(lab.ConfigurationFile), () => "no configuration was written");
        Assert.Equal(
            """{"cniVersion":"1.0.0","name":"fairlead","plugins":[{"type":"fairlead-cni","podCidr":"10.244.1.0/24","dataDir":"/data","mtu":1450}]}""",
            File.ReadAllText(lab.ConfigurationFile));
        await Lab.UntilAsync(() => { lock (seen) return seen.Count >= 2; }, () => "the watcher saw too little");
        lock (seen) Assert.Equal(["+ 10-fairlead.conflist.new", "10-fairlead.conflist.new > 10-fairlead.conflist"], seen);

        // What is right is not written again; what was changed is.
        File.WriteAllText(lab.ConfigurationFile, "broken");
        await Lab.UntilAsync(() => File.ReadAllText(lab.ConfigurationFile).Contains("10.244.1.0/24"), () => "it was not mended");
        Assert.Equal([lab.ConfigurationFile], Directory.GetFiles(lab.Folder + "/net.d"));
    }
}
