using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;
using Fairlead.Network.Traces.Checks;

namespace Fairlead.Network.Traces.Legs;

/// <summary>The third leg: what a node's table makes of the packet, and where it goes from there.</summary>
sealed class NodeLeg(TraceState state, Origin origin, Service? named)
{
    // Of so many ways that differ only in the node they start from, the steps are told.
    const int MostToldNodes = 2;
    const int MostHops = 4;

    readonly EndpointLeg endpoints = new(state, origin);

    /// <summary>Sends the packet to one address.</summary>
    public void Send(TracedDestination to, TransportProtocol protocol)
    {
        if (to.Address.IsLoopback && origin is { IsNode: false, Pod: { } pod })
        {
            endpoints.Itself(pod, to, protocol);
            return;
        }
        var source = to.Address.IsLoopback ? to.Address : origin.AddressOf(to.Address.IsIPv6) ?? throw new InvalidOperationException("the address was chosen by the sender's family");
        var packet = new Packet(source, to.Address, protocol, to.Port);
        var nodes = EntryNodes(packet);
        if (nodes.Count == 0)
        {
            state.Ends.Add((AddressChecks.NobodyHas(to.Address), to.Share));
            return;
        }
        if (origin.Node is null && nodes.Count > 1) state.Log.Add("node", "", $"comes in by one of {Words.Some(nodes)}", null);
        for (var i = 0; i < nodes.Count; i++)
        {
            state.Log.IsMuted = i >= MostToldNodes;
            Walk(nodes[i], packet, to.Share / nodes.Count, 0);
        }
        state.Log.IsMuted = false;
    }

    /// <summary>The nodes by which the packet may come in; none if the cluster has nothing to do with it.</summary>
    List<string> EntryNodes(Packet packet)
    {
        if (origin.Node is { } node) return [node];
        if (state.NodeAt(packet.Destination) is { Metadata.Name: { } owner }) return [owner];
        var all = state.Objects.Cluster.Nodes.Keys.Order(StringComparer.Ordinal).ToList();
        if (state.IsPodAddress(packet.Destination))
        {
            return state.PodAt(packet.Destination, packet.Port, packet.Protocol)?.Spec?.NodeName is { } host && state.Node(host) is not null
                ? [host]
                : all.Where(n => RouteLeg.IsIn(state.Node(n)!, packet.Destination)).Take(1).ToList();
        }
        if (!state.Services.Any(s => AddressChecks.Has(s, packet.Destination)) && !state.Objects.ServiceRanges.Any(r => r.Contains(packet.Destination))) return [];
        if (state.Announcements.GetValueOrDefault(packet.Destination) is { } announcement)
        {
            state.Log.Add("node", announcement.Node, $"{announcement.Node} answers for {announcement.Address} on the nodes' network", announcement.Source);
            return [announcement.Node];
        }
        // Another balancer asks the health-check port and sends to the nodes that have endpoints of their own (KEP-1669).
        var healthy = all.Where(n => IsHealthy(state.TableOf(n), packet)).ToList();
        return healthy.Count > 0 ? healthy : all;
    }

    static bool IsHealthy(NodeTable table, Packet packet) =>
        table.Frontends.GetValueOrDefault(new(packet.Destination, packet.Protocol, packet.Port)) is { Kind: FrontendKind.LoadBalancerIP } frontend
        && table.HealthChecks.Values.Any(h => h.Service == frontend.Service && h.LocalEndpoints > 0);

    void Walk(string node, Packet packet, double share, int hops)
    {
        var table = state.TableOf(node);
        var walk = ServiceInterpreter.Walk(table, packet);
        state.Log.Add(node, walk);
        LeftOut.Tell(state, node, walk);
        if (walk.Frontend is not { } frontend)
        {
            Plain(node, packet, share, hops);
            return;
        }
        if (ModeChecks.Lacks(state.Objects.Mode, frontend) is { } lacking)
        {
            state.Ends.Add((lacking, share));
            return;
        }
        state.HasAffinity |= frontend.Affinity is not null || HashesClients(state.Objects.Configuration);
        if (state.Objects.Mode == ProxyMode.Userspace)
        {
            state.Log.Add("service", node, $"a proxy on {node} takes it and opens a connection of its own",
                new("ConfigMap", ProxyConfiguration.ConfigMapNamespace, ProxyConfiguration.ConfigMapName, "data.config.conf mode"));
        }
        foreach (var outcome in walk.Outcomes)
        {
            if (outcome.Kind != OutcomeKind.Forward)
            {
                state.Ends.Add((WhyEmpty(node, packet, walk), share * outcome.Probability));
                continue;
            }
            var masquerade = SourceByMode.IsMasqueraded(state.Objects.Mode, frontend, origin.Node == node && !origin.IsNode, outcome.Masquerade);
            endpoints.Reach(node, packet, outcome.Backend!.Address, outcome.Backend.Port, masquerade, share * outcome.Probability, outcome.Backend.Provenance, null);
        }
    }

    // Schedulers of IPVS that choose by the sender's or the Service's address.
    static bool HashesClients(ProxyConfiguration configuration) => configuration is { Mode: ProxyMode.Ipvs, Ipvs.Scheduler: "sh" or "dh" or "mh" };

    Finding WhyEmpty(string node, Packet packet, Trace walk)
    {
        var frontend = walk.Frontend!;
        if (named is not null && ClusterSnapshot.KeyOf(named) != frontend.Service && AddressChecks.Has(named, packet.Destination)) return AddressChecks.HeldByOther(named, frontend);
        if (walk.Steps.Any(s => s.Kind == TraceStepKind.SourceRanges)) return PolicyChecks.SourceRanges(frontend, packet.Source);
        var service = state.Objects.Cluster.Services[frontend.Service];
        var checks = new NoEndpointChecks(state, service);
        return walk.Outcomes[0].Kind == OutcomeKind.Drop ? PolicyChecks.LocalPolicy(state, service, frontend, node) : checks.Why(frontend);
    }

    /// <summary>A packet that is for no Service: for this node, another node, a Pod, or the outside.</summary>
    void Plain(string node, Packet packet, double share, int hops)
    {
        var to = packet.Destination;
        if (AddressChecks.WhyNoFrontend(state, node, packet) is { } fault)
        {
            state.Ends.Add((fault, share));
            return;
        }
        var owner = to.IsLoopback ? node : state.NodeAt(to)?.Metadata.Name;
        if (owner is not null && owner != node && hops < MostHops)
        {
            state.Log.Add("node", node, $"goes on to {owner}, which has {to}", new("Node", "", owner, "status.addresses"));
            Walk(owner, packet, share, hops + 1);
        }
        else if (owner is not null)
        {
            AtNode(owner, packet, share);
        }
        else
        {
            endpoints.Reach(node, packet, to, packet.Port, false, share, ListedBy(to), named);
        }
    }

    /// <summary>The slice that gave a headless Service's name this address.</summary>
    Provenance? ListedBy(Address address) => named is null ? null
        : state.Objects.Cluster.SlicesOf(ClusterSnapshot.KeyOf(named)).Values.Where(s => (s.Endpoints ?? []).Any(e => e.Addresses?.Contains(address.ToString()) == true))
            .Select(s => new Provenance("EndpointSlice", s.Metadata.Namespace ?? "", s.Metadata.Name ?? "", "endpoints")).FirstOrDefault();

    /// <summary>The node itself, or a Pod on its network or with a port of the node.</summary>
    void AtNode(string node, Packet packet, double share)
    {
        var local = new HostPorts(state, node).Find(packet.Port, packet.Protocol);
        if (local is var (pod, port, field) && PodFacts.Addresses(pod).Select(a => (Address?)a).FirstOrDefault(a => a!.Value.IsIPv6 == packet.Destination.IsIPv6) is { } address)
        {
            state.Log.Add("node", node, $"port {packet.Port} of {node} is Pod {PodFacts.KeyOf(pod)}'s", PodFacts.Of(pod, field));
            endpoints.Reach(node, packet, address, port, false, share, PodFacts.Of(pod, field), null);
            return;
        }
        var (text, source, finding) = new HostPorts(state, node).Otherwise(packet);
        state.Log.Add("node", node, text, source);
        state.Endpoints.Add(new(EndpointKind.Node, packet.Destination, packet.Port, share)
        {
            Node = node, ChosenBy = node, Source = packet.Source.ToString(), Route = $"{node} itself", Provenance = source, Finding = finding,
        });
    }
}
