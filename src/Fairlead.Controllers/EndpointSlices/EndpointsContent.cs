using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.Pods;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>What the Endpoints object of a Service holds: addresses of its first family in subsets of equal ports. Pure.</summary>
public static class EndpointsContent
{
    /// <summary>The most addresses in one object; slices have no such limit.</summary>
    public const int Most = 1000;

    const string OverCapacity = "endpoints.kubernetes.io/over-capacity";

    sealed record Entry(EndpointAddress Address, IReadOnlyList<EndpointPort> Ports, bool Ready);

    /// <param name="pods">The Pods that the Service selects.</param>
    /// <param name="present">The object as it is: its revision and other annotations stay.</param>
    public static Endpoints Of(Service service, IReadOnlyList<Pod> pods, Endpoints? present)
    {
        var family = service.Spec?.IpFamilies is ["IPv6", ..] ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var entries = pods.OrderBy(p => p.Metadata.Name, StringComparer.Ordinal).Select(p => EntryOf(service, p, family)).OfType<Entry>().ToList();
        var annotations = (present?.Metadata.Annotations ?? new Dictionary<string, string>()).Where(a => a.Key != OverCapacity).ToDictionary();
        if (entries.Count > Most) annotations[OverCapacity] = "truncated";
        var labels = new Dictionary<string, string>(service.Metadata.Labels ?? new Dictionary<string, string>()) { ["endpoints.kubernetes.io/managed-by"] = "endpoint-controller" };
        if (service.Spec?.ClusterIP is null or "" or "None") labels["service.kubernetes.io/headless"] = "";
        return new()
        {
            Metadata = new ObjectMeta
            {
                Name = service.Metadata.Name,
                Namespace = service.Metadata.Namespace,
                ResourceVersion = present?.Metadata.ResourceVersion,
                Labels = labels,
                Annotations = annotations.Count == 0 ? null : annotations,
            },
            Subsets = Subsets(entries.Count > Most ? [.. entries.OrderByDescending(e => e.Ready).Take(Most)] : entries),
        };
    }

    /// <summary>Whether the object says what it should, its times apart.</summary>
    public static bool Same(Endpoints present, Endpoints wished) => Text(present).AsSpan().SequenceEqual(Text(wished));

    static Entry? EntryOf(Service service, Pod pod, AddressFamily family)
    {
        var publish = service.Spec?.PublishNotReadyAddresses == true;
        if (!PodEndpoints.Belongs(pod) || (pod.Metadata.DeletionTimestamp is not null && !publish)) return null;
        if (PodEndpoints.Address(pod, family) is not { } ip) return null;
        List<EndpointPort> ports = [.. (service.Spec?.Ports ?? []).Select(p => (Port: p, Target: PodEndpoints.TargetPort(p, pod))).Where(p => p.Target is not null)
            .Select(p => new EndpointPort { Name = p.Port.Name, Port = p.Target!.Value, Protocol = p.Port.Protocol ?? "TCP", AppProtocol = p.Port.AppProtocol })];
        if (ports.Count == 0 && service.Spec?.Ports is { Count: > 0 }) return null;
        var address = new EndpointAddress { Ip = ip, Hostname = PodEndpoints.Hostname(pod, service), NodeName = pod.Spec?.NodeName, TargetRef = PodEndpoints.Reference(pod) };
        return new(address, ports, publish || PodState.IsReady(pod));
    }

    static IReadOnlyList<EndpointSubset>? Subsets(IReadOnlyList<Entry> entries)
    {
        var groups = new List<(IReadOnlyList<EndpointPort> Ports, List<Entry> Entries)>();
        foreach (var entry in entries)
        {
            var index = groups.FindIndex(g => g.Ports.SequenceEqual(entry.Ports));
            if (index < 0) groups.Add((entry.Ports, [entry]));
            else groups[index].Entries.Add(entry);
        }
        return groups.Count == 0 ? null : [.. groups.Select(g => new EndpointSubset
        {
            Addresses = Addresses(g.Entries, ready: true),
            NotReadyAddresses = Addresses(g.Entries, ready: false),
            Ports = g.Ports.Count == 0 ? null : g.Ports,
        })];
    }

    static IReadOnlyList<EndpointAddress>? Addresses(List<Entry> entries, bool ready) =>
        entries.Where(e => e.Ready == ready).Select(e => e.Address).ToList() is { Count: > 0 } list ? list : null;

    static byte[] Text(Endpoints endpoints) => ApiJson.Write(new Endpoints
    {
        Metadata = new ObjectMeta
        {
            Labels = endpoints.Metadata.Labels?.OrderBy(l => l.Key, StringComparer.Ordinal).ToDictionary(),
            Annotations = endpoints.Metadata.Annotations?.GetValueOrDefault(OverCapacity) is { } over ? new Dictionary<string, string> { [OverCapacity] = over } : null,
        },
        Subsets = endpoints.Subsets,
    });
}
