using System.Net;
using Fairlead.Linux;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;

namespace Fairlead.Cli.Cluster;

/// <summary>The bridge, the nodes' namespaces and links, and the host's routes. Both directions may be repeated.</summary>
public static class LocalNetwork
{
    static readonly IPNetwork Anywhere = IPNetwork.Parse("0.0.0.0/0");

    public static void Create(ClusterLayout layout)
    {
        using var host = new RouteNetlink();
        if (host.Links.Find(layout.Bridge) is null) host.Links.Add(new BridgeSpec(layout.Bridge));
        var bridge = host.Links.Get(layout.Bridge).Index;
        host.Links.SetUp(bridge);
        host.Addresses.Replace(bridge, layout.HostAddress, layout.Options.NodeCidr.PrefixLength);
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
        inside.Addresses.Replace(link, node.Address, node.Cluster.Options.NodeCidr.PrefixLength);
        inside.Routes.Replace(new Route(Anywhere) { Gateway = node.Cluster.HostAddress, Device = link });
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
        foreach (var node in layout.Nodes) host.Routes.Replace(new Route(node.PodCidr) { Gateway = node.Address, Device = bridge });
        host.Routes.Replace(new Route(layout.Options.ServiceCidr) { NextHops = [.. layout.Nodes.Select(n => new NextHop(n.Address, bridge))] });
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
