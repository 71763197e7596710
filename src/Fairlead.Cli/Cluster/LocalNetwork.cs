using System.Net;
using System.Net.Sockets;
using Fairlead.Linux;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;

namespace Fairlead.Cli.Cluster;

/// <summary>The bridge, the nodes' namespaces and links, and the host's routes. Both directions may be repeated.</summary>
public static class LocalNetwork
{
    public static void Create(ClusterLayout layout)
    {
        using var host = new RouteNetlink();
        if (host.Links.Find(layout.Bridge) is null) host.Links.Add(new BridgeSpec(layout.Bridge));
        var bridge = host.Links.Get(layout.Bridge).Index;
        host.Links.SetUp(bridge);
        foreach (var (address, range) in layout.HostAddresses) host.Addresses.Replace(bridge, address, range.PrefixLength);
        foreach (var node in layout.Nodes) CreateNode(host, bridge, node);
        CreateHostRoutes(host, bridge, layout);
    }

    static void CreateNode(RouteNetlink host, int bridge, NodeLayout node)
    {
        // A file that is no mount is left over from before a reboot.
        if (!NetworkNamespace.Exists(node.Namespace)) NetworkNamespace.Delete(node.Namespace);
        using var ns = NetworkNamespace.Exists(node.Namespace) ? NetworkNamespace.Open(node.Namespace) : NetworkNamespace.Create(node.Namespace);
        using var inside = RouteNetlink.In(ns);
        if (inside.Links.Find(NodeLayout.Link) is null)
        {
            host.Links.Remove(node.HostLink);
            host.Links.Add(new VethSpec(node.HostLink, NodeLayout.Link) { PeerNamespaceFd = ns.Fd, Master = bridge, Up = true });
        }
        var link = inside.Links.Get(NodeLayout.Link).Index;
        inside.Links.SetUp(link);
        foreach (var (address, (gateway, range)) in node.Addresses.Zip(node.Cluster.HostAddresses))
        {
            inside.Addresses.Replace(link, address, range.PrefixLength);
            inside.Routes.Replace(new Route(new IPNetwork(gateway.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0)) { Gateway = gateway, Device = link });
        }
        ns.Run(() =>
        {
            Sysctl.Write("net/ipv4/ip_forward", "1");
            Sysctl.Write("net/ipv6/conf/all/forwarding", "1");
            // Answers may come back by another node than the question went: a Service is reached by any of them.
            Sysctl.Write("net/ipv4/conf/all/rp_filter", "0");
            Sysctl.Write("net/ipv4/conf/default/rp_filter", "0");
            Sysctl.Write($"net/ipv4/conf/{NodeLayout.Link}/rp_filter", "0");
        });
    }

    /// <summary>Pods by their node, Services by any node: so that both answer from the host's own shell.</summary>
    static void CreateHostRoutes(RouteNetlink host, int bridge, ClusterLayout layout)
    {
        foreach (var node in layout.Nodes)
        {
            foreach (var (range, gateway) in node.PodCidrs.Zip(node.Addresses)) host.Routes.Replace(new Route(range) { Gateway = gateway, Device = bridge });
        }
        foreach (var (family, range) in layout.Options.ServiceCidr.All.Index())
            host.Routes.Replace(new Route(range) { NextHops = [.. layout.Nodes.Select(n => new NextHop(n.Addresses[family], bridge))] });
    }

    /// <summary>Removes links, namespaces and, with the bridge, the routes over it.</summary>
    public static void Remove(ClusterLayout layout)
    {
        using var host = new RouteNetlink();
        foreach (var node in layout.Nodes)
        {
            host.Links.Remove(node.HostLink);
            NetworkNamespace.Delete(node.Namespace);
        }
        host.Links.Remove(layout.Bridge);
    }
}
