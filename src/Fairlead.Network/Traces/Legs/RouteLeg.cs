using System.Net;
using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Legs;

/// <summary>How a packet comes from a node to an address.</summary>
/// <param name="Text">The way, in words.</param>
/// <param name="Node">The node that it comes to; null outside of the cluster.</param>
/// <param name="Provenance">What made the route, or null.</param>
/// <param name="Fault">Why it does not arrive, or null.</param>
sealed record RouteLeg(string Text, string? Node, Provenance? Provenance, Finding? Fault)
{
    /// <param name="podNode">The node that the address's Pod is on; null if no Pod has it or it is on none.</param>
    public static RouteLeg Find(TraceState state, string from, Address to, string? podNode)
    {
        if (podNode == from) return new($"on {from} itself", from, null, null);
        if (state.NodeAt(to) is { Metadata.Name: { } owner })
            return owner == from ? new($"{from} itself", from, null, null) : new($"over the nodes' network to {owner}", owner, new("Node", "", owner, "status.addresses"), null);
        var ip = to.ToIPAddress();
        var route = state.RoutesOf(from).Where(r => r.Destination.Contains(ip)).OrderByDescending(r => r.Destination.PrefixLength).FirstOrDefault();
        if (route is not null)
        {
            var source = new Provenance("Node", "", route.Node, "spec.podCIDRs");
            var text = $"route {route.Destination} via {route.Gateway} ({route.Node})";
            return podNode is null || podNode == route.Node ? new(text, route.Node, source, null) : new(text, route.Node, source, Elsewhere(to, podNode, route.Node, from));
        }
        if (state.Node(from) is { } self && IsIn(self, to))
        {
            return podNode is null ? new($"on {from} itself", from, null, null)
                : new($"on {from} itself", from, null, Elsewhere(to, podNode, from, from));
        }
        if (podNode is null && !state.IsPodAddress(to)) return new("leaves the cluster by the default route", null, null, null);
        return new("no route", podNode, null, Missing(state, from, to, podNode));
    }

    /// <summary>The address is of the node's Pod range.</summary>
    public static bool IsIn(Node node, Address address) =>
        CidrsOf(node).Any(c => AddressRange.TryParse(c, out var range) && range.Contains(address));

    static IReadOnlyList<string> CidrsOf(Node node) =>
        node.Spec?.PodCIDRs is { Count: > 0 } many ? many : node.Spec?.PodCIDR is { Length: > 0 } one ? [one] : [];

    static Finding Elsewhere(Address to, string podNode, string leadsTo, string from) => new(KnownCauses.RouteLeadsElsewhere,
        $"{to} is of a Pod on {podNode}, but in the Pod range of {leadsTo}: {from} sends it there.",
        $"Delete the Pod, so that it gets an address of {podNode}'s range.", new("Node", "", leadsTo, "spec.podCIDRs"));

    static Finding Missing(TraceState state, string from, Address to, string? podNode)
    {
        if (podNode is null)
            return new(KnownCauses.RouteMissing,
                $"{from} has no route to {to}: it is in no node's Pod range.",
                "See whether the node that had the address is gone, and its Pods with it.",
                null);
        if (state.Node(podNode) is not { } node)
            return new(KnownCauses.NodeMissing,
                $"{to} is of a Pod on node {podNode}, which is not registered: {from} has no route to it.",
                $"Start node {podNode} again, or delete the Pod.",
                new("Node", "", podNode, "metadata.name"));
        var (why, field) = CidrsOf(node).Count == 0 ? ("it has no Pod range", "spec.podCIDRs")
            : !IsIn(node, to) ? ($"{to} is not in its Pod range {string.Join(", ", CidrsOf(node))}", "spec.podCIDRs")
            : ($"it has no InternalIP of family {Words.Family(to.IsIPv6)}", "status.addresses");
        return new(KnownCauses.RouteMissing,
            $"{from} has no route to {to} on {podNode}: {why}.",
            field == "status.addresses" ? $"See why {podNode} does not publish its address." : $"See why {podNode} has no fitting range: the cluster's may be used up.",
            new("Node", "", podNode, field));
    }
}
