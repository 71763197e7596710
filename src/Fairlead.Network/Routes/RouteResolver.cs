using System.Net;
using Fairlead.Api.Core.V1;

namespace Fairlead.Network.Routes;

/// <summary>Decides the routes of one node from all nodes (host-gw: every node is a neighbour). Pure.</summary>
public static class RouteResolver
{
    /// <param name="self">Name of the node whose routes are asked for.</param>
    public static IReadOnlyList<NodeRoute> Resolve(IEnumerable<Node> nodes, string self)
    {
        var routes = new List<NodeRoute>();
        foreach (var node in nodes)
        {
            if (node.Metadata.Name == self) continue;
            foreach (var cidr in PodCidrs(node))
            {
                if (!IPNetwork.TryParse(cidr, out var range) || Address(node, range) is not { } gateway) continue;
                routes.Add(new(range, gateway, node.Metadata.Name!));
            }
        }
        return routes;
    }

    /// <summary>The node's parts of the Pod ranges, at most one of each family.</summary>
    public static IReadOnlyList<string> PodCidrs(Node node) =>
        node.Spec?.PodCIDRs is { Count: > 0 } many ? many : node.Spec?.PodCIDR is { Length: > 0 } one ? [one] : [];

    static IPAddress? Address(Node node, IPNetwork range)
    {
        foreach (var address in node.Status?.Addresses ?? [])
        {
            if (address.Type == "InternalIP" && IPAddress.TryParse(address.Address, out var ip) && ip.AddressFamily == range.BaseAddress.AddressFamily) return ip;
        }
        return null;
    }
}
