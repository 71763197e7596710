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
    /// <param name="Number">In the order of the slices: the first of two that are alike counts.</param>
    readonly record struct Candidate(Backend Backend, Endpoint Endpoint, bool Ready, int Number);

    /// <summary>Chooses from the slices of one Service those endpoints of a port and family.</summary>
    public static EndpointSelection Of(ServicePort port, TransportProtocol protocol, bool ipv6, IEnumerable<EndpointSlice> slices, NodeFacts node)
    {
        var candidates = new List<Candidate>();
        foreach (var slice in slices)
        {
            if (slice.AddressType != (ipv6 ? "IPv6" : "IPv4")) continue;
            if (PortOf(slice, port.Name ?? "", protocol) is { } number) Collect(slice, number, node.Name, candidates);
        }
        Order(candidates);
        var topology = EndpointTopology.Of(candidates.Where(c => c.Ready).Select(c => c.Endpoint), node);
        return new(Choose(candidates, topology.Allows), Choose([.. candidates.Where(c => c.Backend.IsLocal)], _ => true), candidates.Count > 0);
    }

    /// <summary>By address and port. While the controller moves an endpoint between slices it is in both: the better state counts.</summary>
    static void Order(List<Candidate> candidates)
    {
        candidates.Sort((a, b) =>
        {
            var order = a.Backend.CompareTo(b.Backend);
            if (order == 0) order = b.Ready.CompareTo(a.Ready);
            return order != 0 ? order : a.Number.CompareTo(b.Number);
        });
        var kept = 0;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (kept == 0 || candidates[kept - 1].Backend.CompareTo(candidates[i].Backend) != 0) candidates[kept++] = candidates[i];
        }
        candidates.RemoveRange(kept, candidates.Count - kept);
    }

    static int? PortOf(EndpointSlice slice, string name, TransportProtocol protocol)
    {
        foreach (var port in slice.Ports ?? [])
        {
            if ((port.Name ?? "") == name && ServicePorts.Protocol(port.Protocol) == protocol) return port.Port;
        }
        return null;
    }

    static void Collect(EndpointSlice slice, int port, string node, List<Candidate> into)
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
            var backend = new Backend(address, port, endpoint.NodeName == node, source) { IsElsewhere = endpoint.NodeName is { Length: > 0 } name && name != node };
            into.Add(new(backend, endpoint, ready, into.Count));
        }
    }

    static ImmutableArray<Backend> Choose(List<Candidate> candidates, Func<Endpoint, bool> allows)
    {
        var ready = Those(candidates, c => c.Ready && allows(c.Endpoint));
        return ready.IsEmpty ? Those(candidates, c => !c.Ready) : ready;
    }

    static ImmutableArray<Backend> Those(List<Candidate> candidates, Func<Candidate, bool> which)
    {
        var all = ImmutableArray.CreateBuilder<Backend>(candidates.Count);
        foreach (var candidate in candidates)
        {
            if (which(candidate)) all.Add(candidate.Backend);
        }
        return all.DrainToImmutable();
    }
}
