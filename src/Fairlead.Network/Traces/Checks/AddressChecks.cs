using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;
using Fairlead.Network.Traces.Legs;

namespace Fairlead.Network.Traces.Checks;

/// <summary>Why an address and port are no Service's on a node, although they look it.</summary>
static class AddressChecks
{
    /// <summary>The Service is reached by this address.</summary>
    public static bool Has(Service service, Address address) => service.Spec is not null && ServicePorts.Addresses(service).Any(a => a.Address == address);

    /// <summary>The cause; null if the packet has other business than with a Service.</summary>
    public static Finding? WhyNoFrontend(TraceState state, string node, Packet packet)
    {
        var to = packet.Destination;
        var isNode = to.IsLoopback || state.NodeAt(to) is not null;
        if (!isNode && state.Services.FirstOrDefault(s => Has(s, to)) is { } service) return WhyNoPort(service, packet);
        if (isNode) return to.IsLoopback || state.NodeAt(to)!.Metadata.Name == node ? WhyNoNodePort(state, node, packet) : null;
        return state.Objects.ServiceRanges.Any(r => r.Contains(to)) ? NobodyHas(to) : null;
    }

    public static Finding NobodyHas(Address address) => new(KnownCauses.AddressNobodyHas,
        $"No Service, Pod or node has {address}.", "Ask DNS for the Service's present address: it may have been made anew.", null);

    public static Finding HeldByOther(Service service, Frontend holder)
    {
        var key = ClusterSnapshot.KeyOf(service);
        return new(KnownCauses.AddressHeldByOther, $"{holder.Key} is held by the older Service {holder.Service}, which has no endpoint; {key} asks for the same.",
            $"Give one of the two another address or port.", holder.Provenance);
    }

    static Finding WhyNoPort(Service service, Packet packet)
    {
        var key = ClusterSnapshot.KeyOf(service);
        var ports = service.Spec?.Ports ?? [];
        var source = new Provenance("Service", key.Namespace, key.Name, "spec.ports");
        if (ports.FirstOrDefault(p => p.Port == packet.Port) is { } other)
        {
            return new(KnownCauses.ProtocolNotInService, $"Service {key} has port {packet.Port} for {other.Protocol ?? "TCP"}, not for {Words.ProtocolName(packet.Protocol)}.",
                $"Ask with --proto {(other.Protocol ?? "TCP").ToLowerInvariant()}, or add the port for {Words.ProtocolName(packet.Protocol)} to spec.ports.", source);
        }
        var hint = ports.FirstOrDefault(p => p.TargetPort is { IsString: false } t && t.Int == packet.Port) is { } target ? $"; {packet.Port} is the targetPort of its port {target.Port}"
            : ports.FirstOrDefault(p => p.NodePort == packet.Port) is { } node ? $"; {packet.Port} is the node port of its port {node.Port}" : "";
        return new(KnownCauses.PortNotInService, $"Service {key} has no port {packet.Port}: it has {(ports.Count == 0 ? "none" : PortLeg.Names(ports))}{hint}.",
            "Ask for one of its ports, or add this one to spec.ports.", source);
    }

    static Finding? WhyNoNodePort(TraceState state, string node, Packet packet)
    {
        var table = state.TableOf(node);
        var any = packet.Destination.IsIPv6 ? Address.AnyIPv6 : Address.AnyIPv4;
        if (table.Frontends.GetValueOrDefault(new(any, packet.Protocol, packet.Port)) is { } frontend)
        {
            if (packet.Destination.IsLoopback)
                return new(KnownCauses.NodePortNotOnLoopback,
                    $"{packet.Port} is a node port of Service {frontend.Service}, and node ports do not answer on {packet.Destination}.",
                    $"Ask for an address of {node}, or let nodePortAddresses and iptables.localhostNodePorts of the proxy's configuration include it.",
                    new("ConfigMap", "kube-system", "kube-proxy", "data.config.conf"));
            return new(KnownCauses.NodePortAddressExcluded,
                $"{packet.Port} is a node port of Service {frontend.Service}, and nodePortAddresses leaves {packet.Destination} out; on {node} node ports answer on {Answering(table)}.",
                "Ask for one of those, or add the address's range to nodePortAddresses.",
                new("ConfigMap", "kube-system", "kube-proxy", "data.config.conf nodePortAddresses"));
        }
        if (state.Services.FirstOrDefault(s => s.Spec?.Ports?.Any(p => p.NodePort == packet.Port) == true) is not { } other) return null;
        var port = other.Spec!.Ports!.First(p => p.NodePort == packet.Port);
        var key = ClusterSnapshot.KeyOf(other);
        return ServicePorts.Protocol(port.Protocol) == packet.Protocol
            ? new(KnownCauses.NodePortUnknown,
                $"Node port {packet.Port} of Service {key} does not answer in {Words.Family(packet.Destination.IsIPv6)}.",
                "Ask for an address of the Service's family.",
                new("Service", key.Namespace, key.Name, "spec.ipFamilies"))
            : new(KnownCauses.ProtocolNotInService, $"{packet.Port} is a node port of Service {key} for {port.Protocol ?? "TCP"}, not for {Words.ProtocolName(packet.Protocol)}.",
                $"Ask with --proto {(port.Protocol ?? "TCP").ToLowerInvariant()}.", new("Service", key.Namespace, key.Name, "spec.ports"));
    }

    static string Answering(NodeTable table) =>
        table.NodePortAddresses.IsEmpty ? "none" : string.Join(", ", table.NodePortAddresses.Order());
}
