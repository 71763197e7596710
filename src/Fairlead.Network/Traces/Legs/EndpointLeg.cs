using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;
using Fairlead.Network.Traces.Checks;

namespace Fairlead.Network.Traces.Legs;

/// <summary>The last leg: from the node that chose the endpoint to the endpoint, and back.</summary>
sealed class EndpointLeg(TraceState state, Origin origin)
{
    /// <summary>Takes the packet to an address and port.</summary>
    /// <param name="node">The node that chose it.</param>
    /// <param name="packet">As it came to that node.</param>
    /// <param name="listed">What lists the endpoint, or null for an address that the sender named itself.</param>
    /// <param name="headless">The headless Service whose name led here, or null.</param>
    public void Reach(string node, Packet packet, Address address, int port, bool masquerade, double share, Provenance? listed, Service? headless)
    {
        var pod = state.PodAt(address, port, packet.Protocol);
        var route = RouteLeg.Find(state, node, address, pod?.Spec?.NodeName);
        var source = masquerade ? MasqueradeSource(node, route, address.IsIPv6) : packet.Source.ToString();
        var kind = pod is not null || state.IsPodAddress(address) ? EndpointKind.Pod : route.Node is not null ? EndpointKind.Node : EndpointKind.Outside;
        state.Endpoints.Add(new(kind, address, port, share)
        {
            Pod = pod is null ? null : PodFacts.KeyOf(pod),
            Node = route.Node,
            Source = source,
            IsMasqueraded = masquerade,
            ChosenBy = node,
            Route = route.Text,
            RouteProvenance = route.Provenance,
            Provenance = listed,
            Finding = Presence(pod, address, listed) ?? route.Fault ?? Host(route) ?? Life(pod) ?? Back(route, packet.Source, masquerade) ?? Port(pod, port, packet.Protocol, headless),
        });
    }

    /// <summary>A Pod that sends to its own loopback address.</summary>
    public void Itself(Pod pod, TracedDestination to, TransportProtocol protocol)
    {
        state.Log.Add("pod", PodFacts.KeyOf(pod).ToString(), $"{to.Address} is the Pod itself, not its node", PodFacts.Of(pod, "spec.containers"));
        state.Endpoints.Add(new(EndpointKind.Pod, to.Address, to.Port, to.Share)
        {
            Pod = PodFacts.KeyOf(pod), Node = origin.Node, Source = to.Address.ToString(), ChosenBy = origin.Node!, Route = "the Pod itself", Finding = Life(pod) ?? Port(pod, to.Port, protocol, null),
        });
    }

    string MasqueradeSource(string node, RouteLeg route, bool ipv6)
    {
        // The kernel takes an address of the link that the packet leaves by: of the nodes' network, or of the Pods' on this node.
        if (route.Node == node) return $"an address of {node}";
        var own = state.Node(node) is { } found ? TraceState.AddressesOf(found).Where(a => a.IsIPv6 == ipv6).Select(a => a.ToString()).FirstOrDefault() : null;
        return own ?? $"an address of {node}";
    }

    Finding? Presence(Pod? pod, Address address, Provenance? listed)
    {
        if (pod is not null && !PodFacts.HasEnded(pod)) return null;
        if (pod is null && (!state.IsPodAddress(address) || state.NodeAt(address) is not null)) return null;
        var who = pod is null ? "no Pod has it" : $"its Pod {PodFacts.KeyOf(pod)} has ended";
        return listed is null
            ? new(KnownCauses.AddressNobodyHas, $"{address} is a Pod's address, but {who}.", "Ask for a Pod that runs, or for a Service.", null)
            : new(KnownCauses.EndpointStale, $"{listed.Kind} {listed.Namespace}/{listed.Name} lists {address}, but {who}.",
                $"Remove the address from it, or see why the endpoint slice controller does not.", listed);
    }

    Finding? Host(RouteLeg route)
    {
        if (state.Node(route.Node) is not { } node || TraceState.IsReady(node)) return null;
        var message = node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Message;
        return new(KnownCauses.NodeNotReady,
            $"Node {route.Node} is not ready{Words.Quote(message)}: its Pods may not answer.",
            $"Bring node {route.Node} back.",
            new("Node", "", route.Node!, "status.conditions")) { IsCertain = false };
    }

    // A Pod that does not pass its probe still gets what is sent to it; one whose container does not run can't answer.
    Finding? Life(Pod? pod)
    {
        if (pod is null || PodFacts.IsReady(pod)) return null;
        var why = PodChecks.WhyNotReady(state, pod);
        return why.Cause == KnownCauses.PodWaiting || why.Cause == KnownCauses.PodCrashing || why.Cause == KnownCauses.PodInitializing || why.Cause == KnownCauses.PodEnded ? why : null;
    }

    Finding? Back(RouteLeg route, Address source, bool masquerade)
    {
        if (masquerade || route.Node is null || route.Node == origin.Node || !state.IsPodAddress(source)) return null;
        var back = RouteLeg.Find(state, route.Node, source, origin.Pod is null ? null : origin.Node);
        return back.Fault is null ? null : new(KnownCauses.RouteBackMissing, $"The answer does not come back: {back.Fault.Text}", back.Fault.Remedy, back.Fault.Provenance);
    }

    static Finding? Port(Pod? pod, int port, TransportProtocol protocol, Service? headless)
    {
        if (pod is null || PodFacts.Declares(pod, port, protocol)) return null;
        var declared = PodFacts.Ports(pod).Where(p => PodFacts.Is(p, protocol)).Select(p => p.Number).Distinct().Order().ToList();
        if (headless?.Spec?.Ports?.FirstOrDefault(p => p.Port == port && ServicePorts.Protocol(p.Protocol) == protocol) is { TargetPort: { } target }
            && TargetPorts.Of(pod, target, protocol) is { } number && number != port)
        {
            return new(KnownCauses.HeadlessPortNotTranslated,
                $"Service {ClusterSnapshot.KeyOf(headless)} is headless: its name is the Pods' own addresses, and port {port} stays {port} instead of becoming {target}.",
                $"Ask for port {number}, or give the Service a ClusterIP.", new("Service", headless.Metadata.Namespace ?? "", headless.Metadata.Name ?? "", "spec.clusterIP")) { IsCertain = false };
        }
        // Containers that declare nothing say nothing.
        return declared.Count == 0 ? null : new(KnownCauses.TargetPortNotDeclared,
            $"Pod {PodFacts.KeyOf(pod)} declares {Words.ProtocolName(protocol)} port {Words.Some(declared.Select(d => d.ToString()))}, not {port}: probably nobody listens there.",
            $"Point targetPort at a port that the program listens on; --live shows whether {port} answers.", PodFacts.Of(pod, "spec.containers.ports")) { IsCertain = false };
    }
}
