using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Controllers.Pods;
using EndpointPort = Fairlead.Api.Discovery.V1.EndpointPort;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>
/// What the slices of a Service should hold in one family, wherever each endpoint stands: endpoints in groups of equal
/// ports, for Pods may give one name different numbers. Pure.
/// </summary>
/// <param name="Ports">The ports of every endpoint of the group.</param>
/// <param name="Endpoints">By address and Pod: Pods of a node's network share its address.</param>
sealed record SliceContent(IReadOnlyList<EndpointPort> Ports, Dictionary<(string Address, string Pod), Endpoint> Endpoints)
{
    const string ZoneLabel = "topology.kubernetes.io/zone";

    public static (string, string) Key(Endpoint endpoint) => (endpoint.Addresses![0], endpoint.TargetRef?.Uid ?? "");

    /// <param name="pods">The Pods that the Service selects.</param>
    /// <param name="node">Finds a node by name.</param>
    public static List<SliceContent> Of(Service service, IReadOnlyList<Pod> pods, AddressFamily family, Func<string, Node?> node)
    {
        var groups = new List<SliceContent>();
        var mode = HintModes.Of(service);
        foreach (var pod in pods.OrderBy(p => p.Metadata.Name, StringComparer.Ordinal))
        {
            if (!PodEndpoints.Belongs(pod) || PodEndpoints.Address(pod, family) is not { } address) continue;
            var on = pod.Spec?.NodeName is { Length: > 0 } name ? node(name) : null;
            // A Pod of a node that is gone answers nobody, unless the Service wants every address it knows.
            if (on is null && !string.IsNullOrEmpty(pod.Spec?.NodeName) && service.Spec?.PublishNotReadyAddresses != true) continue;
            var ports = PortsOf(service, pod);
            var group = groups.Find(g => SamePorts(g.Ports, ports));
            if (group is null) groups.Add(group = new(ports, []));
            var endpoint = EndpointOf(service, pod, address, on, mode);
            group.Endpoints[Key(endpoint)] = endpoint;
        }
        return groups;
    }

    public static bool SamePorts(IReadOnlyList<EndpointPort>? a, IReadOnlyList<EndpointPort>? b) => (a ?? []).ToHashSet().SetEquals(b ?? []);

    static Endpoint EndpointOf(Service service, Pod pod, string address, Node? node, HintMode mode)
    {
        var terminating = pod.Metadata.DeletionTimestamp is not null;
        var serving = PodState.IsReady(pod);
        var endpoint = new Endpoint
        {
            Addresses = [IPAddress.Parse(address).ToString()],
            Conditions = new EndpointConditions
            {
                Ready = service.Spec?.PublishNotReadyAddresses == true || (serving && !terminating),
                Serving = serving,
                Terminating = terminating,
            },
            Hostname = PodEndpoints.Hostname(pod, service),
            NodeName = pod.Spec?.NodeName is { Length: > 0 } name ? name : null,
            TargetRef = PodEndpoints.Reference(pod),
            Zone = node?.Metadata.Labels?.GetValueOrDefault(ZoneLabel) is { Length: > 0 } zone ? zone : null,
        };
        return endpoint with { Hints = OwnPlace(endpoint, mode) };
    }

    /// <summary>The hints that follow from the endpoint alone. One that is not ready has none.</summary>
    static EndpointHints? OwnPlace(Endpoint endpoint, HintMode mode)
    {
        if (mode is not (HintMode.Zone or HintMode.Node) || endpoint.Conditions?.Ready != true) return null;
        IReadOnlyList<ForZone>? zones = endpoint.Zone is { } zone ? [new ForZone { Name = zone }] : null;
        IReadOnlyList<ForNode>? nodes = mode == HintMode.Node && endpoint.NodeName is { } node ? [new ForNode { Name = node }] : null;
        return zones is null && nodes is null ? null : new EndpointHints { ForZones = zones, ForNodes = nodes };
    }

    // A Pod that has none of the ports is an endpoint without: a headless Service still names it.
    static List<EndpointPort> PortsOf(Service service, Pod pod) =>
        [.. (service.Spec?.Ports ?? []).Select(p => (Port: p, Target: PodEndpoints.TargetPort(p, pod))).Where(p => p.Target is not null)
            .Select(p => new EndpointPort { Name = p.Port.Name ?? "", Port = p.Target, Protocol = p.Port.Protocol ?? "TCP", AppProtocol = p.Port.AppProtocol })];
}
