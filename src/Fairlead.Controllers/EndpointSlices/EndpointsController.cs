using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;
using Fairlead.Controllers.Pods;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>Keeps the Endpoints object of every Service that has a selector, for clients that still read it.</summary>
public sealed class EndpointsController : IController
{
    // Upstream's limit of one object; slices have no such limit.
    const int Most = 1000;
    const string OverCapacity = "endpoints.kubernetes.io/over-capacity";

    readonly ControllerContext context;
    readonly Informer<Service> services;
    readonly Informer<Api.Core.V1.Endpoints> endpoints;
    readonly InformerIndex<Pod> podsByNamespace;
    readonly ServiceIndex selecting;

    public EndpointsController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        services = context.Informers.Of<Service>();
        endpoints = context.Informers.Of<Api.Core.V1.Endpoints>();
        podsByNamespace = context.Informers.Of<Pod>().AddIndex(p => [p.Metadata.Namespace!]);
        selecting = new ServiceIndex(services);
        services.OnChange((old, now) => Queue.Add(ObjectKey.Of((now ?? old)!)));
        endpoints.OnChange((old, now) => { if (now is null) Queue.Add(ObjectKey.Of(old!)); });
        context.Informers.Of<Pod>().OnChange((old, now) =>
        {
            if (old is not null) foreach (var key in selecting.Selecting(old)) Queue.Add(key);
            if (now is not null) foreach (var key in selecting.Selecting(now)) Queue.Add(key);
        });
    }

    public string Name => "endpoints-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (services.Get(key) is not { Metadata.DeletionTimestamp: null } service)
        {
            if (services.Get(key) is null && endpoints.Get(key) is { } left && left.Metadata.Labels?.ContainsKey("endpoints.kubernetes.io/managed-by") == true)
                await context.Client.DeleteAsync<Api.Core.V1.Endpoints>(key.Namespace, key.Name, new DeleteOptions(), cancellation).ConfigureAwait(false);
            return null;
        }
        if (service.Spec?.Type == "ExternalName" || service.Spec?.Selector is not { Count: > 0 }) return null;
        var selected = podsByNamespace[key.Namespace].Where(p => ServiceIndex.Selects(service, p)).ToList();
        var wished = Wished(service, selected);
        var present = endpoints.Get(key);
        try
        {
            if (present is not null && Same(present, wished)) return null;
            var written = present is null
                ? await context.Client.CreateAsync(wished, cancellation).ConfigureAwait(false)
                : await context.Client.UpdateAsync(wished with { Metadata = wished.Metadata with { ResourceVersion = present.Metadata.ResourceVersion } }, cancellation).ConfigureAwait(false);
            await endpoints.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsAlreadyExists) { return TimeSpan.FromMilliseconds(100); }
        return null;
    }

    /// <summary>The Endpoints object of the Service: addresses in subsets of equal ports, ready and not.</summary>
    static Api.Core.V1.Endpoints Wished(Service service, IReadOnlyList<Pod> pods)
    {
        var subsets = new List<(IReadOnlyList<EndpointPort> Ports, List<EndpointAddress> Ready, List<EndpointAddress> NotReady)>();
        var count = 0;
        var family = service.Spec?.IpFamilies is ["IPv6", ..] ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        foreach (var pod in pods.OrderBy(p => p.Metadata.Name, StringComparer.Ordinal))
        {
            if (!PodEndpoints.Belongs(pod) || (pod.Metadata.DeletionTimestamp is not null && service.Spec?.PublishNotReadyAddresses != true)) continue;
            if (PodEndpoints.Address(pod, family) is not { } ip) continue;
            List<EndpointPort> ports = [.. (service.Spec?.Ports ?? []).Select(p => (p, Target: PodEndpoints.TargetPort(p, pod))).Where(p => p.Target is not null)
                .Select(p => new EndpointPort { Name = p.p.Name, Port = p.Target!.Value, Protocol = p.p.Protocol ?? "TCP", AppProtocol = p.p.AppProtocol })];
            if (ports.Count == 0 && service.Spec?.Ports is { Count: > 0 } || ++count > Most) continue;
            var index = subsets.FindIndex(s => s.Ports.SequenceEqual(ports));
            if (index < 0)
            {
                subsets.Add((ports, [], []));
                index = subsets.Count - 1;
            }
            var address = new EndpointAddress { Ip = ip, Hostname = PodEndpoints.Hostname(pod, service), NodeName = pod.Spec?.NodeName, TargetRef = PodEndpoints.Reference(pod) };
            var ready = service.Spec?.PublishNotReadyAddresses == true || PodState.IsReady(pod);
            (ready ? subsets[index].Ready : subsets[index].NotReady).Add(address);
        }
        var labels = new Dictionary<string, string>(service.Metadata.Labels ?? new Dictionary<string, string>()) { ["endpoints.kubernetes.io/managed-by"] = "endpoint-controller" };
        if (service.Spec?.ClusterIP == "None") labels["service.kubernetes.io/headless"] = "";
        return new Api.Core.V1.Endpoints
        {
            Metadata = new ObjectMeta
            {
                Name = service.Metadata.Name,
                Namespace = service.Metadata.Namespace,
                Labels = labels,
                Annotations = count > Most ? new Dictionary<string, string> { [OverCapacity] = "truncated" } : null,
            },
            Subsets = subsets.Count == 0 ? null : [.. subsets.Select(s => new EndpointSubset
            {
                Addresses = s.Ready.Count == 0 ? null : s.Ready,
                NotReadyAddresses = s.NotReady.Count == 0 ? null : s.NotReady,
                Ports = s.Ports.Count == 0 ? null : s.Ports,
            })],
        };
    }

    static bool Same(Api.Core.V1.Endpoints a, Api.Core.V1.Endpoints b) =>
        Text(a).AsSpan().SequenceEqual(Text(b));

    static byte[] Text(Api.Core.V1.Endpoints e) => ApiJson.Write(new Api.Core.V1.Endpoints
    {
        Metadata = new ObjectMeta
        {
            Labels = e.Metadata.Labels?.OrderBy(l => l.Key, StringComparer.Ordinal).ToDictionary(),
            Annotations = e.Metadata.Annotations?.GetValueOrDefault(OverCapacity) is { } over ? new Dictionary<string, string> { [OverCapacity] = over } : null,
        },
        Subsets = e.Subsets,
    });
}
