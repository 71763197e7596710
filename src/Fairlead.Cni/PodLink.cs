using System.Net;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Linux;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;

namespace Fairlead.Cni;

/// <summary>
/// A Pod's way to its node: a veth pair, routed, without a bridge. In the Pod: its address alone, and everything else by
/// the node's end. On the node: a route for the one address.
/// </summary>
/// <remarks>
/// <code>
/// Pod:  eth0 10.244.1.7/32, 10.244.1.1 dev eth0 (link), default via 10.244.1.1
///         │ veth
/// node: fl3c1f0a92 10.244.1.1/32,  10.244.1.7 dev fl3c1f0a92
/// </code>
/// </remarks>
static class PodLink
{
    const int CarrierLimitMs = 1500;

    /// <summary>The name of the node's end, from the attachment's: the same again at every call.</summary>
    public static string NodeEnd(string attachment) =>
        "fl" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(attachment)))[..10];

    /// <summary>Makes the link; one that is whole stays, one that a crash left half-made is made anew.</summary>
    /// <returns>The two ends.</returns>
    /// <exception cref="LinuxException">The kernel refuses; what was made is taken back.</exception>
    public static (Link Node, Link Pod) Create(
        CniArguments arguments, string attachment, IReadOnlyList<PodAddress> addresses, int mtu)
    {
        var name = NodeEnd(attachment);
        using var ns = NetworkNamespace.OpenPath(arguments.NetworkNamespace);
        using var node = new RouteNetlink();
        using var pod = RouteNetlink.In(ns);
        if (Fault(node, pod, arguments, name, addresses) is null) return (node.Links.Get(name), pod.Links.Get(arguments.InterfaceName));
        node.Links.Remove(name);
        var peer = "p" + name;
        try
        {
            node.Links.Add(new VethSpec(name, peer) { PeerNamespaceFd = ns.Fd, Mtu = mtu > 0 ? mtu : null });
            var inside = pod.Links.Get(peer);
            pod.Links.SetName(inside.Index, arguments.InterfaceName);
            foreach (var address in addresses) pod.Addresses.Replace(inside.Index, address.Address, address.Prefix);
            pod.Links.SetUp(inside.Index);
            var outside = node.Links.Get(name);
            foreach (var address in addresses) node.Addresses.Replace(outside.Index, address.Gateway, address.Prefix);
            node.Links.SetUp(outside.Index);
            foreach (var address in addresses) AddRoutes(node, outside, pod, inside, address);
            return (outside, inside);
        }
        catch (LinuxException)
        {
            node.Links.Remove(name);
            throw;
        }
    }

    static void AddRoutes(RouteNetlink node, Link outside, RouteNetlink pod, Link inside, PodAddress address)
    {
        // A second interface must not take the place of the first one's routes: it comes after them.
        uint? metric = pod.Routes.List().Any(r => r.Destination.Equals(address.Everywhere)) ? (uint)inside.Index : null;
        pod.Routes.Replace(new Route(new IPNetwork(address.Gateway, address.Prefix)) { Device = inside.Index, Scope = RouteScope.Link, Source = address.Address, Priority = metric });
        pod.Routes.Replace(new Route(address.Everywhere) { Gateway = address.Gateway, Device = inside.Index, Priority = metric });
        node.Routes.Replace(new Route(address.Alone) { Device = outside.Index, Scope = RouteScope.Link });
    }

    /// <summary>
    /// Waits until both ends have their carrier, a second and a half at most: a first packet sent before would be lost,
    /// and a SYN comes again only after a second. An end that still has none then is no error, for it may yet come.
    /// </summary>
    public static void WaitForCarrier(CniArguments arguments, Link outside, Link inside)
    {
        using var ns = NetworkNamespace.OpenPath(arguments.NetworkNamespace);
        using var node = new RouteNetlink();
        using var pod = RouteNetlink.In(ns);
        WaitForCarrier(pod, inside.Index);
        WaitForCarrier(node, outside.Index);
    }

    static void WaitForCarrier(RouteNetlink net, int link)
    {
        net.Links.Settle(link);
        for (var end = Environment.TickCount64 + CarrierLimitMs; Environment.TickCount64 < end; Thread.Sleep(1))
        {
            if (net.Links.List().Any(l => l.Index == link && l.IsRunning)) return;
        }
    }

    /// <summary>Removes the link; one that is gone is fine.</summary>
    public static void Remove(string attachment)
    {
        using var node = new RouteNetlink();
        node.Links.Remove(NodeEnd(attachment));
    }

    /// <summary>Says what is not as <see cref="Create"/> left it, or null.</summary>
    public static string? Fault(CniArguments arguments, string attachment, IReadOnlyList<PodAddress> addresses)
    {
        using var ns = NetworkNamespace.OpenPath(arguments.NetworkNamespace);
        using var node = new RouteNetlink();
        using var pod = RouteNetlink.In(ns);
        return Fault(node, pod, arguments, NodeEnd(attachment), addresses);
    }

    static string? Fault(RouteNetlink node, RouteNetlink pod, CniArguments arguments, string name, IReadOnlyList<PodAddress> addresses)
    {
        var @interface = arguments.InterfaceName;
        if (node.Links.Find(name) is not { } outside) return $"the node's end {name} is missing";
        if (pod.Links.Find(@interface) is not { } inside) return $"the Pod's {@interface} is missing";
        if (outside.Peer != inside.Index) return $"the Pod's {@interface} is not the other end of {name}";
        if (!outside.IsUp) return $"the node's end {name} is down";
        if (!inside.IsUp) return $"the Pod's {@interface} is down";
        return addresses.Select(a => Fault(node, outside, pod, inside, a, @interface)).FirstOrDefault(fault => fault is not null);
    }

    static string? Fault(RouteNetlink node, Link outside, RouteNetlink pod, Link inside, PodAddress wished, string @interface)
    {
        var address = wished.Address;
        if (!pod.Addresses.List(inside.Index).Any(a => a.Address.Equals(address))) return $"the Pod's {@interface} has not the address {address}";
        if (!node.Routes.List().Any(r => r.Destination.Equals(wished.Alone) && r.Device == outside.Index)) return $"the node has no route for {address}";
        return pod.Routes.List().Any(r => r.Destination.Equals(wished.Everywhere) && r.Device == inside.Index) ? null : "the Pod has no default route";
    }
}
