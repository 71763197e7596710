using System.Collections.Immutable;
using Fairlead.Linux.Netlink;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes;

/// <summary>The addresses on the links of the network namespace of the thread that made this.</summary>
sealed class NodeAddresses : IDisposable
{
    // kube-proxy's and our own: the addresses of Services, which are not the node's.
    public const string IpvsDevice = "kube-ipvs0";

    readonly RouteNetlink net = new();

    /// <summary>All but loopback ones, those of one link alone, and those of Services.</summary>
    /// <exception cref="Fairlead.Linux.LinuxException">The kernel refuses to list them.</exception>
    public ImmutableHashSet<Address> Read()
    {
        var ipvs = net.Links.Find(IpvsDevice)?.Index;
        return [.. net.Addresses.List().Where(a => a.Link != ipvs && !a.Address.IsIPv6LinkLocal)
            .Select(a => Address.From(a.Address)).Where(a => !a.IsLoopback)];
    }

    public void Dispose() => net.Dispose();
}
