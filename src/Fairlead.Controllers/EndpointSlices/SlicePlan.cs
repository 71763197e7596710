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
        var changes = (Create: new List<EndpointSlice>(), Update: new List<EndpointSlice>(), Delete: new List<EndpointSlice>());
        foreach (var family in Families(service))
        {
            var ofFamily = existing.Where(s => s.AddressType == AddressType(family)).ToList();
            var (create, update, delete) = ForFamily(service, family, Desired(service, pods, family, node), ofFamily);
            changes.Create.AddRange(create);
            changes.Update.AddRange(update);
            changes.Delete.AddRange(delete);
        }
        changes.Delete.AddRange(existing.Where(s => !Families(service).Select(AddressType).Contains(s.AddressType)));
        return new(changes.Create, changes.Update, changes.Delete);
    }

    static (List<EndpointSlice> Create, List<EndpointSlice> Update, List<EndpointSlice> Delete) ForFamily(
        Service service, AddressFamily family, List<PortGroup> groups, List<EndpointSlice> existing)
    {
        List<EndpointSlice> create = [], update = [], delete = [];
        foreach (var group in groups)
        {
            Fill(service, family, group, [.. existing.Where(s => SamePorts(s.Ports, group.Ports))], create, update, delete);
        }
        delete.AddRange(existing.Where(s => !groups.Any(g => SamePorts(s.Ports, g.Ports))));
        if (create.Count == 0 && delete.Count == existing.Count)
        {
            // A Service without endpoints has one slice without any, so that it has a record at all.
            var empty = existing.Find(s => s.Endpoints is not { Count: > 0 } && s.Ports is not { Count: > 0 } && SameLabels(s.Metadata.Labels, Labels(service)));
            if (empty is not null) delete.Remove(empty);
            else create.Add(New(service, family, [], []));
        }
        // A slice that would go lends its name to one that would come: one write instead of two.
        while (create.Count > 0 && delete.Count > 0)
        {
            update.Add(create[^1] with { Metadata = delete[0].Metadata with { Labels = Labels(service) } });
            create.RemoveAt(create.Count - 1);
            delete.RemoveAt(0);
        }
        return (create, update, delete);
    }

    static void Fill(Service service, AddressFamily family, PortGroup group, List<EndpointSlice> slices,
        List<EndpointSlice> create, List<EndpointSlice> update, List<EndpointSlice> delete)
    {
        var waiting = new Dictionary<(string, string), Endpoint>(group.Endpoints);
        var labels = Labels(service);
        var staying = new List<(EndpointSlice Slice, List<Endpoint> Endpoints, bool Changed)>();
        foreach (var slice in slices)
        {
            var inside = (slice.Endpoints ?? []).Select(e => waiting.Remove(Key(e), out var now) ? now : null).OfType<Endpoint>().ToList();
            staying.Add((slice, inside, !SameEndpoints(slice.Endpoints ?? [], inside) || !SameLabels(slice.Metadata.Labels, labels)));
        }
        var rest = new Queue<Endpoint>(waiting.Values);
        // Slices that must be written anyway take new endpoints first, the fullest first, and then one that has room for all that is left.
        foreach (var (_, inside, _) in staying.Where(s => s.Changed && s.Endpoints.Count > 0).OrderByDescending(s => s.Endpoints.Count))
        {
            while (rest.Count > 0 && inside.Count < Capacity) inside.Add(rest.Dequeue());
        }
        var last = staying.Where(s => !s.Changed && s.Endpoints.Count + rest.Count <= Capacity).OrderByDescending(s => s.Endpoints.Count).FirstOrDefault().Endpoints;
        while (last is not null && rest.Count > 0) last.Add(rest.Dequeue());
        foreach (var (slice, inside, changed) in staying)
        {
            if (inside.Count == 0) delete.Add(slice);
            else if (changed || inside.Count != (slice.Endpoints?.Count ?? 0)) update.Add(slice with { Endpoints = inside, Ports = group.Ports, Metadata = slice.Metadata with { Labels = labels } });
        }
        while (rest.Count > 0)
        {
            var inside = new List<Endpoint>();
            while (rest.Count > 0 && inside.Count < Capacity) inside.Add(rest.Dequeue());
            create.Add(New(service, family, group.Ports, inside));
        }
    }

    static EndpointSlice New(Service service, AddressFamily family, IReadOnlyList<EndpointPort> ports, IReadOnlyList<Endpoint> endpoints) => new()
    {
        Metadata = new ObjectMeta
        {
            GenerateName = service.Metadata.Name + "-",
            Namespace = service.Metadata.Namespace,
            Labels = Labels(service),
            OwnerReferences = [Ownership.Reference(service)],
        },
        AddressType = AddressType(family),
        Endpoints = endpoints,
        Ports = ports,
    };

    /// <summary>The endpoints that share a list of ports, by address and Pod: Pods of a node's network share its address.</summary>
    sealed record PortGroup(IReadOnlyList<EndpointPort> Ports, Dictionary<(string Address, string Pod), Endpoint> Endpoints);

    static (string, string) Key(Endpoint endpoint) => (endpoint.Addresses![0], endpoint.TargetRef?.Uid ?? "");

    /// <summary>Endpoints in groups of equal ports: Pods may give one name different numbers.</summary>
    static List<PortGroup> Desired(Service service, IReadOnlyList<Pod> pods, AddressFamily family, Func<string, Node?> node)
    {
        var groups = new List<PortGroup>();
        foreach (var pod in pods.OrderBy(p => p.Metadata.Name, StringComparer.Ordinal))
        {
            if (!PodEndpoints.Belongs(pod) || PodEndpoints.Address(pod, family) is not { } address) continue;
            var ports = Ports(service, pod);
            if (ports.Count == 0 && service.Spec?.Ports is { Count: > 0 }) continue;
            var group = groups.FindIndex(g => SamePorts(g.Ports, ports));
            if (group < 0)
            {
                groups.Add(new(ports, []));
                group = groups.Count - 1;
            }
            var endpoint = EndpointOf(service, pod, address, node);
            groups[group].Endpoints[Key(endpoint)] = endpoint;
        }
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
        var labels = (service.Metadata.Labels ?? new Dictionary<string, string>()).Where(l => l.Key != Headless).ToDictionary();
        labels[ServiceName] = service.Metadata.Name!;
        labels[ManagedBy] = Controller;
        if (service.Spec?.ClusterIP == "None") labels[Headless] = "";
        return labels;
    }

    static IEnumerable<AddressFamily> Families(Service service) =>
        service.Spec?.IpFamilies is { Count: > 0 } families
            ? families.Select(f => f == "IPv6" ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
            : [AddressFamily.InterNetwork];

    static string AddressType(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";

    static bool SamePorts(IReadOnlyList<EndpointPort>? a, IReadOnlyList<EndpointPort>? b) => (a ?? []).ToHashSet().SetEquals(b ?? []);

    static bool SameLabels(IReadOnlyDictionary<string, string>? a, Dictionary<string, string> b) =>
        a?.Count == b.Count && b.All(l => a.GetValueOrDefault(l.Key) == l.Value);

    static bool SameEndpoints(IReadOnlyList<Endpoint> a, IReadOnlyList<Endpoint> b) =>
        a.Count == b.Count && a.Zip(b).All(pair => Same(pair.First, pair.Second));

    static bool Same(Endpoint a, Endpoint b) =>
        a.Addresses!.SequenceEqual(b.Addresses!) && a.Conditions == b.Conditions && a.Hostname == b.Hostname
        && a.NodeName == b.NodeName && a.Zone == b.Zone && a.TargetRef?.Uid == b.TargetRef?.Uid;
}
