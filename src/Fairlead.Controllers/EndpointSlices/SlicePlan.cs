using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.Pods;
using EndpointPort = Fairlead.Api.Discovery.V1.EndpointPort;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>
/// Decides the slices of a Service: endpoints stay in the slice they are in, new ones fill slices that have room, and a
/// slice is written only if something in it changes. Pure.
/// </summary>
public static class SlicePlan
{
    public const string ServiceName = "kubernetes.io/service-name";
    public const string ManagedBy = "endpointslice.kubernetes.io/managed-by";
    public const string Controller = "endpointslice-controller.k8s.io";
    const string Headless = "service.kubernetes.io/headless";
    const string Zone = "topology.kubernetes.io/zone";

    /// <summary>The most endpoints in a slice.</summary>
    public const int Capacity = 100;

    /// <summary>What to write: slices to create (without name), to update, and to delete.</summary>
    public sealed record Changes(IReadOnlyList<EndpointSlice> Create, IReadOnlyList<EndpointSlice> Update, IReadOnlyList<EndpointSlice> Delete);

    /// <param name="pods">The Pods that the Service selects.</param>
    /// <param name="existing">The Service's slices that this controller manages.</param>
    /// <param name="node">Finds a node by name, for its zone.</param>
    public static Changes For(Service service, IReadOnlyList<Pod> pods, IReadOnlyList<EndpointSlice> existing, Func<string, Node?> node)
    {
        var create = new List<EndpointSlice>();
        var update = new List<EndpointSlice>();
        var kept = new HashSet<string>();
        foreach (var family in Families(service))
        {
            var ofFamily = existing.Where(s => s.AddressType == AddressType(family)).ToList();
            var groups = Desired(service, pods, family, node);
            foreach (var (ports, endpoints) in groups)
            {
                var slices = ofFamily.Where(s => SamePorts(s.Ports, ports)).ToList();
                Fill(service, family, ports, endpoints, slices, create, update, kept);
            }
        }
        var delete = existing.Where(s => !kept.Contains(s.Metadata.Name!)).ToList();
        return new(create, update, delete);
    }

    static void Fill(Service service, AddressFamily family, IReadOnlyList<EndpointPort> ports, Dictionary<string, Endpoint> endpoints,
        List<EndpointSlice> slices, List<EndpointSlice> create, List<EndpointSlice> update, HashSet<string> kept)
    {
        var labels = Labels(service);
        var staying = slices.Select(s => (Slice: s, Endpoints: (s.Endpoints ?? []).Select(e => e.Addresses![0]).Where(endpoints.ContainsKey).ToList())).ToList();
        var placed = staying.SelectMany(s => s.Endpoints).ToHashSet();
        var waiting = new Queue<string>(endpoints.Keys.Where(a => !placed.Contains(a)));
        // Slices that must be written anyway take new endpoints first.
        foreach (var (slice, inside) in staying.OrderBy(s => s.Endpoints.Count == (s.Slice.Endpoints?.Count ?? 0) ? 1 : 0).ThenByDescending(s => s.Endpoints.Count))
        {
            while (waiting.Count > 0 && inside.Count < Capacity) inside.Add(waiting.Dequeue());
        }
        foreach (var (slice, inside) in staying)
        {
            // One empty slice stays, so that a Service without endpoints still has its record; others go.
            if (inside.Count == 0 && staying.Any(s => s.Slice != slice && (s.Endpoints.Count > 0 || string.CompareOrdinal(s.Slice.Metadata.Name, slice.Metadata.Name) < 0))) continue;
            kept.Add(slice.Metadata.Name!);
            var now = inside.Select(a => endpoints[a]).ToList();
            if (SameEndpoints(slice.Endpoints ?? [], now) && labels.All(l => slice.Metadata.Labels?.GetValueOrDefault(l.Key) == l.Value)) continue;
            update.Add(slice with { Endpoints = now, Ports = ports, Metadata = slice.Metadata with { Labels = labels } });
        }
        while (waiting.Count > 0 || (staying.Count == 0 && create.All(c => c.AddressType != AddressType(family) || !SamePorts(c.Ports, ports))))
        {
            var inside = new List<Endpoint>();
            while (waiting.Count > 0 && inside.Count < Capacity) inside.Add(endpoints[waiting.Dequeue()]);
            create.Add(new EndpointSlice
            {
                Metadata = new ObjectMeta
                {
                    GenerateName = service.Metadata.Name + "-",
                    Namespace = service.Metadata.Namespace,
                    Labels = labels,
                    OwnerReferences = [Ownership.Reference(service)],
                },
                AddressType = AddressType(family),
                Endpoints = inside,
                Ports = ports,
            });
        }
    }

    /// <summary>Endpoints by address, in groups of equal ports: Pods may give one name different numbers.</summary>
    static List<(IReadOnlyList<EndpointPort> Ports, Dictionary<string, Endpoint> Endpoints)> Desired(
        Service service, IReadOnlyList<Pod> pods, AddressFamily family, Func<string, Node?> node)
    {
        var groups = new List<(IReadOnlyList<EndpointPort> Ports, Dictionary<string, Endpoint> Endpoints)>();
        foreach (var pod in pods.OrderBy(p => p.Metadata.Name, StringComparer.Ordinal))
        {
            if (!PodEndpoints.Belongs(pod) || PodEndpoints.Address(pod, family) is not { } address) continue;
            var ports = Ports(service, pod);
            if (ports.Count == 0 && service.Spec?.Ports is { Count: > 0 }) continue;
            var group = groups.FindIndex(g => SamePorts(g.Ports, ports));
            if (group < 0)
            {
                groups.Add((ports, []));
                group = groups.Count - 1;
            }
            groups[group].Endpoints[address] = EndpointOf(service, pod, address, node);
        }
        if (groups.Count == 0) groups.Add(([], []));
        return groups;
    }

    static Endpoint EndpointOf(Service service, Pod pod, string address, Func<string, Node?> node)
    {
        var terminating = pod.Metadata.DeletionTimestamp is not null;
        var serving = PodState.IsReady(pod);
        return new Endpoint
        {
            Addresses = [address],
            Conditions = new EndpointConditions
            {
                Ready = service.Spec?.PublishNotReadyAddresses == true || (serving && !terminating),
                Serving = serving,
                Terminating = terminating,
            },
            Hostname = PodEndpoints.Hostname(pod, service),
            NodeName = pod.Spec?.NodeName,
            TargetRef = PodEndpoints.Reference(pod),
            Zone = pod.Spec?.NodeName is { } name ? node(name)?.Metadata.Labels?.GetValueOrDefault(Zone) : null,
        };
    }

    static List<EndpointPort> Ports(Service service, Pod pod) =>
        [.. (service.Spec?.Ports ?? []).Select(p => (Port: p, Target: PodEndpoints.TargetPort(p, pod))).Where(p => p.Target is not null)
            .Select(p => new EndpointPort { Name = p.Port.Name ?? "", Port = p.Target, Protocol = p.Port.Protocol ?? "TCP", AppProtocol = p.Port.AppProtocol })];

    static Dictionary<string, string> Labels(Service service)
    {
        var labels = new Dictionary<string, string>(service.Metadata.Labels ?? new Dictionary<string, string>())
        {
            [ServiceName] = service.Metadata.Name!,
            [ManagedBy] = Controller,
        };
        if (service.Spec?.ClusterIP == "None") labels[Headless] = "";
        return labels;
    }

    static IEnumerable<AddressFamily> Families(Service service) =>
        service.Spec?.IpFamilies is { Count: > 0 } families
            ? families.Select(f => f == "IPv6" ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
            : [AddressFamily.InterNetwork];

    static string AddressType(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";

    static bool SamePorts(IReadOnlyList<EndpointPort>? a, IReadOnlyList<EndpointPort>? b) => (a ?? []).ToHashSet().SetEquals(b ?? []);

    static bool SameEndpoints(IReadOnlyList<Endpoint> a, IReadOnlyList<Endpoint> b) =>
        a.Count == b.Count && a.Zip(b).All(pair => Same(pair.First, pair.Second));

    static bool Same(Endpoint a, Endpoint b) =>
        a.Addresses!.SequenceEqual(b.Addresses!) && a.Conditions == b.Conditions && a.Hostname == b.Hostname
        && a.NodeName == b.NodeName && a.Zone == b.Zone && a.TargetRef?.Uid == b.TargetRef?.Uid;
}
