using System.Net;
using System.Net.NetworkInformation;
using Fairlead.Cli.Cluster;
using Fairlead.Linux.Netlink;

namespace Fairlead.Cli.Doctor;

/// <summary>Checks that the cluster's names, addresses and ports are free. What the cluster itself holds is no conflict.</summary>
public static class NetworkChecks
{
    public static IReadOnlyList<Check> All =>
    [
        new("link names", LinkNames),
        new("address ranges", Ranges),
        new("API port", layout => Port(layout, IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners())),
    ];

    static string? LinkNames(ClusterLayout layout)
    {
        using var net = new RouteNetlink();
        return net.Links.Find(layout.Bridge) is { Kind: not "bridge" }
            ? $"A link named {layout.Bridge} exists and is no bridge: give the cluster another --name."
            : null;
    }

    static string? Ranges(ClusterLayout layout)
    {
        using var net = new RouteNetlink();
        var own = net.Links.Find(layout.Bridge)?.Index;
        return Ranges(layout, net.Routes.List(), own, net.Links.List().ToDictionary(l => l.Index, l => l.Name));
    }

    /// <param name="own">Index of the cluster's own bridge if it is there.</param>
    internal static string? Ranges(ClusterLayout layout, IReadOnlyList<Route> routes, int? own, IReadOnlyDictionary<int, string> links)
    {
        foreach (var (flag, range) in layout.Options.Ranges())
        {
            foreach (var route in routes)
            {
                var device = route.Device ?? (route.NextHops.Count > 0 ? route.NextHops[0].Device : null);
                if (route.Destination.PrefixLength == 0 || device == own && own is not null) continue;
                if (!range.Contains(route.Destination.BaseAddress) && !route.Destination.Contains(range.BaseAddress)) continue;
                var where = device is { } index && links.TryGetValue(index, out var name) ? " on " + name : "";
                return $"{range} overlaps the route to {route.Destination}{where}: give {flag} a range that is free.";
            }
        }
        return null;
    }

    internal static string? Port(ClusterLayout layout, IReadOnlyList<IPEndPoint> listeners)
    {
        if (ClusterState.IsRunning(layout)) return null;
        var port = layout.Options.ApiPort;
        var taken = listeners.Any(l => l.Port == port && (l.Address.Equals(IPAddress.Any) || l.Address.Equals(IPAddress.IPv6Any) || l.Address.Equals(layout.HostAddress)));
        return taken ? $"Port {port} is taken by another program: end that one or give --api-port a free port." : null;
    }
}
