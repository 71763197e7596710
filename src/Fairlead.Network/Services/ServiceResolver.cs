using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>Decides, from the API objects, where a node sends the traffic of every Service.</summary>
public static class ServiceResolver
{
    /// <summary>The whole table of a node, from nothing.</summary>
    /// <remarks><see cref="NodeTableState"/> keeps the same table up to date at the cost of what changed.</remarks>
    public static NodeTable Resolve(ClusterSnapshot snapshot, string node)
    {
        var facts = NodeFacts.Of(snapshot, node);
        var frontends = ImmutableDictionary.CreateBuilder<FrontendKey, Frontend>();
        var checks = ImmutableDictionary.CreateBuilder<int, HealthCheck>();
        foreach (var service in snapshot.Services.Values.OrderBy(s => s.Metadata.CreationTimestamp).ThenBy(ClusterSnapshot.KeyOf))
        {
            var slices = snapshot.SlicesOf(ClusterSnapshot.KeyOf(service)).Values;
            // Two Services may claim one address and port: the older keeps it.
            foreach (var frontend in ResolveService(service, slices, facts)) frontends.TryAdd(frontend.Key, frontend);
            if (HealthCheckOf(service, slices, facts) is var (port, check)) checks.TryAdd(port, check);
        }
        return TableOf(snapshot, facts) with
        {
            Frontends = frontends.ToImmutable(),
            Hairpin = [.. frontends.Values.SelectMany(f => f.Backends).Where(b => !b.IsElsewhere).Select(b => b.Address)],
            HealthChecks = checks.ToImmutable(),
        };
    }

    /// <summary>A table with all that does not come from Services.</summary>
    internal static NodeTable TableOf(ClusterSnapshot snapshot, NodeFacts node) => new()
    {
        PodRanges = snapshot.PodRanges,
        NodeAddresses = node.Addresses,
        NodePortAddresses = node.NodePortAddresses,
        LocalhostNodePorts = node.Settings.LocalhostNodePorts,
    };

    /// <summary>The frontends of one Service on a node, in the order of its ports. Headless ones and names of outside hosts have none.</summary>
    public static ImmutableArray<Frontend> ResolveService(Service service, IEnumerable<EndpointSlice> slices, NodeFacts node)
    {
        if (service.Spec is not { Type: not "ExternalName", ClusterIP: not "None" } spec) return [];
        var known = slices as IReadOnlyCollection<EndpointSlice> ?? [.. slices];
        var frontends = ImmutableArray.CreateBuilder<Frontend>();
        foreach (var port in spec.Ports ?? [])
        {
            if (ServicePorts.Protocol(port.Protocol) is not { } protocol) continue;
            var selections = new EndpointSelection?[2];
            EndpointSelection Selection(bool ipv6) =>
                selections[ipv6 ? 1 : 0] ??= EndpointSelection.Of(port, protocol, ipv6, known, node);
            foreach (var (address, kind, field) in ServicePorts.Addresses(service))
            {
                frontends.Add(Build(service, new(address, protocol, port.Port), kind, field, Selection(address.IsIPv6), node) with { PortName = port.Name ?? "" });
            }
            if (port.NodePort is not > 0) continue;
            foreach (var ipv6 in ServicePorts.NodePortFamilies(spec))
            {
                var key = new FrontendKey(ipv6 ? Address.AnyIPv6 : Address.AnyIPv4, protocol, port.NodePort.Value);
                frontends.Add(Build(service, key, FrontendKind.NodePort, "spec.ports.nodePort", Selection(ipv6), node) with { PortName = port.Name ?? "" });
            }
        }
        return frontends.ToImmutable();
    }

    /// <summary>The health check of a Service, with its port; null if it has none.</summary>
    public static (int Port, HealthCheck Check)? HealthCheckOf(Service service, IEnumerable<EndpointSlice> slices, NodeFacts node)
    {
        if (service.Spec is not { Type: "LoadBalancer", ExternalTrafficPolicy: "Local", HealthCheckNodePort: > 0 and var port }) return null;
        // A load balancer stops sending to a node whose endpoints are all about to end: those count only for what still comes.
        var local = slices.SelectMany(s => s.Endpoints ?? [])
            .Where(e => e.NodeName == node.Name && (e.Conditions?.Ready ?? true)).Select(e => e.TargetRef?.Uid ?? (e.Addresses is [var first, ..] ? first : "")).Distinct().Count();
        return (port, new(ClusterSnapshot.KeyOf(service), local));
    }

    static Frontend Build(Service service, FrontendKey key, FrontendKind kind, string field, EndpointSelection endpoints, NodeFacts node)
    {
        var spec = service.Spec!;
        var local = (kind == FrontendKind.ClusterIP ? spec.InternalTrafficPolicy : spec.ExternalTrafficPolicy) == "Local";
        var (backends, all, near) = local ? Arrange(endpoints) : (endpoints.Cluster, (0, endpoints.Cluster.Length), default);
        var empty = local && endpoints.Any ? EmptyVerdict.Drop : EmptyVerdict.Reject;
        TrafficPath Path((int First, int Count) range, bool masquerade) => new(range.First, range.Count, masquerade, empty);
        var name = ClusterSnapshot.KeyOf(service);
        return new()
        {
            Key = key,
            Kind = kind,
            Service = name,
            Provenance = new("Service", name.Namespace, name.Name, field),
            Backends = backends,
            Affinity = ServicePorts.Affinity(spec),
            SourceRanges = kind == FrontendKind.LoadBalancerIP ? SourceRanges(spec, key.Address, node) : [],
            // A Pod reaches a ClusterIP under its own address; the answer to any other sender must come back through here.
            // Outside traffic is masqueraded unless the policy is Local, which exists to keep the client's address. Under
            // that policy senders in the cluster are not bound to the local endpoints. A Pod's packet to a node port may come from
            // another node, where the endpoint's answer would pass this one by.
            Pods = kind == FrontendKind.ClusterIP ? Path(local ? near : all, node.Settings.MasqueradeAll) : Path(all, !local || kind == FrontendKind.NodePort),
            Node = kind == FrontendKind.ClusterIP && local ? Path(near, true) : Path(all, true),
            Outside = local ? Path(near, kind == FrontendKind.ClusterIP) : Path(all, true),
        };
    }

    /// <summary>The ranges of the Service that are of the address's family. Wrong ones let nobody in, rather than everybody.</summary>
    static ImmutableArray<AddressRange> SourceRanges(ServiceSpec spec, Address address, NodeFacts node)
    {
        if (spec.LoadBalancerSourceRanges is not { Count: > 0 } texts) return [];
        var ranges = texts.Select(t => AddressRange.TryParse(t.Trim(), out var range) ? range : (AddressRange?)null).OfType<AddressRange>()
            .Where(r => r.First.IsIPv6 == address.IsIPv6).Distinct().ToList();
        // Where the node itself has the balancer's address, its own traffic to it comes from that address.
        if (ranges.Any(r => node.Addresses.Any(r.Contains)) && !ranges.Any(r => r.Contains(address))) ranges.Add(AddressRange.Of(address));
        // None left: the unspecified address, which nobody sends from.
        if (ranges.Count == 0) ranges.Add(AddressRange.Of(address.IsIPv6 ? Address.AnyIPv6 : Address.AnyIPv4));
        return [.. ranges.OrderBy(r => r.First).ThenBy(r => r.Prefix)];
    }

    /// <summary>
    /// One list in which the endpoints for the cluster and those on this node are each a range. When the node's own are
    /// among the cluster's they come first and are counted once.
    /// </summary>
    static (ImmutableArray<Backend>, (int, int) All, (int, int) Near) Arrange(EndpointSelection endpoints)
    {
        var (cluster, local, _) = endpoints;
        if (local.All(cluster.Contains))
            return ([.. local, .. cluster.Where(b => !local.Contains(b))], (0, cluster.Length), (0, local.Length));
        return ([.. local, .. cluster], (local.Length, cluster.Length), (0, local.Length));
    }
}
