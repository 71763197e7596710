using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Legs;

/// <summary>To which of the target's addresses the sender opens its connections.</summary>
static class AddressLeg
{
    public static (ImmutableArray<TracedDestination> Destinations, Finding? Fault) Choose(TraceState state, Origin origin, Resolution resolution, TraceTarget target, PortLeg port)
    {
        if (target is not AddressTarget && origin.Node is null && resolution.Service is { } service && FromOutside(state, service, port) is var (given, pending))
            return pending is null ? OfFamily(state, origin, target, given) : ([], pending);
        return OfFamily(state, origin, target, [.. resolution.Addresses.Select(a => (a, port.Port))]);
    }

    /// <summary>What of a Service answers outside of the cluster; null if it has nothing but what answers inside.</summary>
    static (ImmutableArray<(Address, int)>, Finding?)? FromOutside(TraceState state, Service service, PortLeg port)
    {
        var spec = service.Spec ?? new();
        var key = ClusterSnapshot.KeyOf(service);
        var balanced = (service.Status?.LoadBalancer?.Ingress ?? []).Select(i => i.Ip).Concat(spec.ExternalIPs ?? [])
            .Where(t => Address.TryParse(t, out _)).Select(t => (Address.Parse(t!), port.Port)).ToImmutableArray();
        if (!balanced.IsEmpty) return (balanced, null);
        if (spec.Type == "LoadBalancer")
        {
            return ([], new(KnownCauses.LoadBalancerPending, $"Service {key} is of type LoadBalancer and has no address for the outside yet.",
                "See whether an address pool for load balancers is set up and has room.", new("Service", key.Namespace, key.Name, "status.loadBalancer.ingress")));
        }
        var nodePort = spec.Ports?.FirstOrDefault(p => p.Port == port.Port && ServicePorts.Protocol(p.Protocol) == port.Protocol)?.NodePort;
        if (nodePort is not > 0) return null;
        state.Log.Add("service", "", $"from outside Service {key} is asked for on port {nodePort} of a node", new("Service", key.Namespace, key.Name, "spec.ports.nodePort"));
        return ([.. state.Objects.Cluster.Nodes.Values.OrderBy(n => n.Metadata.Name, StringComparer.Ordinal).SelectMany(TraceState.AddressesOf).Select(a => (a, nodePort.Value))], null);
    }

    static (ImmutableArray<TracedDestination>, Finding?) OfFamily(TraceState state, Origin origin, TraceTarget target, ImmutableArray<(Address Address, int Port)> all)
    {
        // Programs try IPv4 before addresses of fc00::/7, which a cluster's are (RFC 6724 §2.1).
        foreach (var ipv6 in (bool[])[false, true])
        {
            var fitting = all.Where(a => a.Address.IsIPv6 == ipv6).ToList();
            if (fitting.Count == 0 || origin.AddressOf(ipv6) is null) continue;
            if (fitting.Count > 1) state.Log.Add("name", "", $"the sender takes one of {fitting.Count} addresses", null);
            return ([.. fitting.Select(a => new TracedDestination(a.Address, a.Port, 1.0 / fitting.Count))], null);
        }
        var asked = all.Any(a => a.Address.IsIPv6);
        var field = origin.Pod is null ? origin.Node is null ? null : new Provenance("Node", "", origin.Node, "status.addresses") : PodFacts.Of(origin.Pod, "status.podIPs");
        return ([], new(KnownCauses.SenderLacksFamily,
            $"{target} is {Words.Family(asked)} ({Words.Some(all.Select(a => a.Address.ToString()))}); {origin.Text} has no {Words.Family(asked)} address.",
            $"Give the Service an address of family {Words.Family(!asked)}, or the sender one of {Words.Family(asked)}.",
            field));
    }
}
