using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>
/// Which endpoints of a Service port may be used on a node, by policy (KEP-1669, KEP-2086) and hints. Ready ones first; if
/// none is, those that still serve while they terminate.
/// </summary>
/// <param name="Cluster">Usable from anywhere in the cluster.</param>
/// <param name="Local">Usable where the policy is Local: on this node, whatever the hints say.</param>
/// <param name="Any">Whether there is an endpoint at all that could be used somewhere.</param>
sealed record EndpointSelection(ImmutableArray<Backend> Cluster, ImmutableArray<Backend> Local, bool Any)
{
    readonly record struct Candidate(Backend Backend, Endpoint Endpoint, bool Ready);

    /// <summary>Chooses from the slices of one Service those endpoints of a port and family.</summary>
    public static EndpointSelection Of(ServicePort port, TransportProtocol protocol, bool ipv6, IEnumerable<EndpointSlice> slices, NodeFacts node)
    {
        var candidates = new SortedDictionary<(Address, int), Candidate>();
        foreach (var slice in slices)
        {
            if (slice.AddressType != (ipv6 ? "IPv6" : "IPv4")) continue;
            if (PortOf(slice, port.Name ?? "", protocol) is { } number) Collect(slice, number, node.Name, candidates);
        }
        var topology = EndpointTopology.Of(candidates.Values.Where(c => c.Ready).Select(c => c.Endpoint), node);
        return new(
            Choose([.. candidates.Values], topology.Allows),
            Choose([.. candidates.Values.Where(c => c.Backend.IsLocal)], _ => true),
            candidates.Count > 0);
    }

    static int? PortOf(EndpointSlice slice, string name, TransportProtocol protocol)
    {
        foreach (var port in slice.Ports ?? [])
        {
            if ((port.Name ?? "") == name && ServicePorts.Protocol(port.Protocol) == protocol) return port.Port;
        }
        return null;
    }

    static void Collect(EndpointSlice slice, int port, string node, SortedDictionary<(Address, int), Candidate> into)
    {
        var source = new Provenance("EndpointSlice", slice.Metadata.Namespace ?? "", slice.Metadata.Name ?? "", "endpoints");
        foreach (var endpoint in slice.Endpoints ?? [])
        {
            // All addresses of an endpoint are the same Pod's; the first is the one in use.
            if (endpoint.Addresses is not [var text, ..] || !Address.TryParse(text, out var address)) continue;
            var conditions = endpoint.Conditions;
            var ready = conditions?.Ready ?? true;
            var draining = (conditions?.Serving ?? ready) && conditions?.Terminating == true;
            if (!ready && !draining) continue;
            // While the controller moves an endpoint between slices it is in both: the better state counts.
            if (into.TryGetValue((address, port), out var known) && (known.Ready || !ready)) continue;
            into[(address, port)] = new(new(address, port, endpoint.NodeName == node, source) { IsElsewhere = endpoint.NodeName is { Length: > 0 } name && name != node }, endpoint, ready);
        }
    }

    static ImmutableArray<Backend> Choose(Candidate[] candidates, Func<Endpoint, bool> allows)
    {
        var ready = candidates.Where(c => c.Ready && allows(c.Endpoint)).Select(c => c.Backend).ToImmutableArray();
        return ready.IsEmpty ? [.. candidates.Where(c => !c.Ready).Select(c => c.Backend)] : ready;
    }
}
