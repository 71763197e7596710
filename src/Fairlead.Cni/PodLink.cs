using System.Net;
using System.Net.NetworkInformation;
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
    static readonly IPNetwork Everywhere = IPNetwork.Parse("0.0.0.0/0");

    /// <summary>The name of the node's end, from the attachment's: the same again at every call.</summary>
    public static string NodeEnd(string attachment) =>
        "fl" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(attachment)))[..10];

    /// <summary>Makes the link, or, after a crash half-way, makes it anew.</summary>
    /// <returns>The two ends' hardware addresses and the link's MTU.</returns>
    /// <exception cref="LinuxException">The kernel refuses; what was made is taken back.</exception>
    public static (PhysicalAddress Node, PhysicalAddress Pod, int Mtu) Create(
        CniArguments arguments, string attachment, IPAddress address, IPAddress gateway, int mtu)
    {
        var name = NodeEnd(attachment);
        using var ns = NetworkNamespace.OpenPath(arguments.NetworkNamespace);
        using var node = new RouteNetlink();
        using var pod = RouteNetlink.In(ns);
        node.Links.Remove(name);
        var peer = "p" + name;
        try
        {
            node.Links.Add(new VethSpec(name, peer) { PeerNamespaceFd = ns.Fd, Mtu = mtu > 0 ? mtu : null });
            var inside = pod.Links.Get(peer);
            pod.Links.SetName(inside.Index, arguments.InterfaceName);
            pod.Addresses.Replace(inside.Index, address, 32);
            pod.Links.SetUp(inside.Index);
            var outside = node.Links.Get(name);
            node.Addresses.Replace(outside.Index, gateway, 32);
            node.Links.SetUp(outside.Index);
            pod.Routes.Replace(new Route(new IPNetwork(gateway, 32)) { Device = inside.Index, Scope = RouteScope.Link, Source = address });
            pod.Routes.Replace(new Route(Everywhere) { Gateway = gateway, Device = inside.Index });
            node.Routes.Replace(new Route(new IPNetwork(address, 32)) { Device = outside.Index, Scope = RouteScope.Link });
            return (outside.Mac, inside.Mac, outside.Mtu);
        }
        catch (LinuxException)
        {
            node.Links.Remove(name);
            throw;
        }
    }

    /// <summary>Removes the link; one that is gone is fine.</summary>
    public static void Remove(string attachment)
    {
        using var node = new RouteNetlink();
        node.Links.Remove(NodeEnd(attachment));
    }

    /// <summary>Says what is not as <see cref="Create"/> left it, or null.</summary>
    public static string? Fault(CniArguments arguments, string attachment, IPAddress address)
    {
        using var node = new RouteNetlink();
        if (node.Links.Find(NodeEnd(attachment)) is not { IsUp: true } outside) return $"the node's end {NodeEnd(attachment)} is missing or down";
        if (!node.Routes.List().Any(r => r.Destination.Equals(new IPNetwork(address, 32)) && r.Device == outside.Index)) return $"the node has no route for {address}";
        using var ns = NetworkNamespace.OpenPath(arguments.NetworkNamespace);
        using var pod = RouteNetlink.In(ns);
        if (pod.Links.Find(arguments.InterfaceName) is not { IsUp: true } inside) return $"the Pod's {arguments.InterfaceName} is missing or down";
        if (!pod.Addresses.List(inside.Index).Any(a => a.Address.Equals(address))) return $"the Pod's {arguments.InterfaceName} has not the address {address}";
        return pod.Routes.List().Any(r => r.Destination.PrefixLength == 0 && r.Device == inside.Index) ? null : "the Pod has no default route";
    }

    /// <summary>The node's ends there are.</summary>
    public static IReadOnlyList<string> NodeEnds()
    {
        using var node = new RouteNetlink();
        return [.. node.Links.List().Where(l => l.Kind == "veth" && l.Name.Length == 12 && l.Name.StartsWith("fl", StringComparison.Ordinal)).Select(l => l.Name)];
    }
}
