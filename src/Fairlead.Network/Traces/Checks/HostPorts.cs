using Fairlead.Api.Core.V1;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Checks;

/// <summary>Who has a port of a node itself, as far as the API knows.</summary>
sealed class HostPorts(TraceState state, string node)
{
    // kube-apiserver's default --service-node-port-range.
    const int FirstNodePort = 30000, LastNodePort = 32767;

    /// <summary>The Pod on this node that has the port, the port inside it, and the field that says so; null if none has.</summary>
    public (Pod Pod, int Port, string Field)? Find(int port, TransportProtocol protocol) => On(n => n == node, port, protocol);

    /// <summary>What becomes of a packet for a port of the node that no Pod on it has.</summary>
    public (string Text, Provenance? Source, Finding? Finding) Otherwise(Packet packet)
    {
        var self = new Provenance("Node", "", node, "status.addresses");
        if (packet.Protocol == TransportProtocol.Tcp && state.TableOf(node).HealthChecks.TryGetValue(packet.Port, out var check))
        {
            return ($"port {packet.Port} is the health check of Service {check.Service}: {(check.LocalEndpoints > 0 ? "200" : "503")}, {Words.Count(check.LocalEndpoints, "endpoint")} on {node}",
                new("Service", check.Service.Namespace, check.Service.Name, "spec.healthCheckNodePort"), null);
        }
        if (state.Node(node)?.Status?.DaemonEndpoints?.KubeletEndpoint?.Port == packet.Port)
            return ($"port {packet.Port} is the kubelet's of {node}", new("Node", "", node, "status.daemonEndpoints.kubeletEndpoint"), null);
        if (On(n => n != node, packet.Port, packet.Protocol) is var (pod, _, field))
        {
            return ($"no Pod on {node} has port {packet.Port}", self, new(KnownCauses.HostPortOnOtherNode,
                $"No Pod on {node} has port {packet.Port}; Pod {PodFacts.KeyOf(pod)} has it on {pod.Spec!.NodeName}.",
                $"Ask {pod.Spec.NodeName}, or make a Service for the Pod.",
                PodFacts.Of(pod, field)));
        }
        if (WithServicePort(packet) is { } service)
        {
            var key = ClusterSnapshot.KeyOf(service);
            var nodePort = service.Spec!.Ports!.First(p => p.Port == packet.Port).NodePort;
            return ($"no Service answers on port {packet.Port} of {node}", self, new(KnownCauses.ServicePortAtNode,
                $"{packet.Port} is the port of Service {key} at its own address; on nodes it answers on {nodePort}.", $"Ask {packet.Destination} for port {nodePort}.",
                new("Service", key.Namespace, key.Name, "spec.ports.nodePort")) { IsCertain = false });
        }
        if (packet.Port is >= FirstNodePort and <= LastNodePort)
        {
            return ($"no Service has node port {packet.Port}", self, new(KnownCauses.NodePortUnknown,
                $"{packet.Port} is in the range of node ports, and no Service has it for {Words.ProtocolName(packet.Protocol)}.",
                "Correct the port: kubectl get services -A shows those that are given.",
                null));
        }
        return ($"goes to {node} itself; the API does not know whether anything listens on port {packet.Port}", self, null);
    }

    // The Service most probably meant: the only one with that port that has a node port for it.
    Service? WithServicePort(Packet packet)
    {
        var all = state.Services.Where(s => s.Spec?.Ports?.Any(p => p.Port == packet.Port && p.NodePort > 0 && ServicePorts.Protocol(p.Protocol) == packet.Protocol) == true).Take(2).ToList();
        return all.Count == 1 ? all[0] : null;
    }

    (Pod, int, string)? On(Func<string, bool> where, int port, TransportProtocol protocol)
    {
        foreach (var pod in state.Objects.Pods)
        {
            if (PodFacts.HasEnded(pod) || pod.Spec?.NodeName is not { } name || !where(name)) continue;
            if (PodFacts.IsHostNetwork(pod) && PodFacts.Declares(pod, port, protocol)) return (pod, port, "spec.hostNetwork");
            if (PodFacts.Ports(pod).FirstOrDefault(p => p.HostPort == port && PodFacts.Is(p, protocol)) is { } mapped) return (pod, mapped.Number, "spec.containers.ports.hostPort");
        }
        return null;
    }
}
