using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Networking.V1;
using Fairlead.Api.Selectors;
using Fairlead.Client;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;
using Fairlead.Network.Traces;

namespace Fairlead.Cli.Traces;

/// <summary>
/// Reads from the API what a question is about, in three rounds of requests, those of a round at once:
/// <code>
/// nodes, namespaces, all Services undecoded, ConfigMap kube-proxy, the Pods that the question names
///      └─▶ the Services meant ─▶ their slices and Endpoints ─▶ the Pods behind them
/// </code>
/// What only a diagnosis needs is <see cref="DiagnosisReader"/>'s.
/// </summary>
/// <param name="podRanges">The cluster's Pod ranges, which the API does not say; empty: those of the nodes together.</param>
sealed class TraceReader(KubeClient client, ImmutableArray<AddressRange> podRanges, TraceQuestion question)
{
    // Up to so many Pods are read one by one.
    const int MostSinglePods = 32;

    /// <summary>The Services as the server sent them; known after <see cref="ReadAsync"/>.</summary>
    public ServiceCatalog Catalog { get; private set; } = new([]);

    /// <exception cref="ApiException">The server refuses.</exception>
    /// <exception cref="HttpRequestException">The server is not reached.</exception>
    public async Task<TraceObjects> ReadAsync(CancellationToken cancellation)
    {
        var nodes = client.ListAsync<Api.Core.V1.Node>(null, ListOptions.All, cancellation);
        var namespaces = client.ListAsync<Namespace>(null, ListOptions.All, cancellation);
        var services = client.RawAsync(ApiRequest.Get(KindOf<Service>.Path(null)), cancellation);
        var proxy = client.FindAsync<ConfigMap>(ProxyConfiguration.ConfigMapNamespace, ProxyConfiguration.ConfigMapName, cancellation);
        var ranges = ServiceRangesAsync(cancellation);
        var direct = DirectPodsAsync(cancellation);
        Catalog = new(RawList.Items((await services.ConfigureAwait(false)).Body));
        var known = (await nodes.ConfigureAwait(false)).Items;
        var meant = new MeantServices(Catalog, new(question), known).Find();
        var slices = Task.WhenAll(meant.Select(s => SlicesAsync(s, cancellation)));
        var endpoints = Task.WhenAll(meant.Where(s => s.Spec?.Selector is not { Count: > 0 }).Select(s => client.FindAsync<Endpoints>(s.Metadata.Namespace, s.Metadata.Name!, cancellation)));
        var configuration = Configuration(await proxy.ConfigureAwait(false));
        var cluster = new ClusterSnapshot { PodRanges = PodRanges(known), Settings = configuration.Settings };
        foreach (var node in known) cluster = cluster.With(node);
        foreach (var service in meant) cluster = cluster.With(service);
        foreach (var slice in (await slices.ConfigureAwait(false)).SelectMany(s => s)) cluster = cluster.With(slice);
        var behind = Task.WhenAll(meant.Select(s => BehindAsync(cluster, s, cancellation)));
        var local = NodePodsAsync(known, cancellation);
        var pods = (await behind.ConfigureAwait(false)).SelectMany(p => p).Concat(await direct.ConfigureAwait(false)).Concat(await local.ConfigureAwait(false));
        return new()
        {
            Cluster = cluster,
            Pods = [.. pods.DistinctBy(p => p.Metadata.Uid ?? $"{p.Metadata.Namespace}/{p.Metadata.Name}")],
            Endpoints = (await endpoints.ConfigureAwait(false)).OfType<Endpoints>().ToImmutableDictionary(e => new ServiceKey(e.Metadata.Namespace!, e.Metadata.Name!)),
            Namespaces = [.. (await namespaces.ConfigureAwait(false)).Items.Select(n => n.Metadata.Name!)],
            ServiceRanges = await ranges.ConfigureAwait(false),
            Configuration = configuration,
        };
    }

    /// <summary>What a wrong configuration means is the nodes' to say; it is told by an event, and the one before stays.</summary>
    static ProxyConfiguration Configuration(ConfigMap? map) =>
        map?.Data?.GetValueOrDefault(ProxyConfiguration.Key) is { } text ? ProxyConfigurationReader.Read(text, out _) ?? ProxyConfiguration.Default : ProxyConfiguration.Default;

    async Task<ImmutableArray<AddressRange>> ServiceRangesAsync(CancellationToken cancellation)
    {
        try
        {
            var objects = (await client.ListAsync<ServiceCIDR>(null, ListOptions.All, cancellation).ConfigureAwait(false)).Items;
            return [.. objects.SelectMany(o => o.Spec?.Cidrs ?? []).Where(t => AddressRange.TryParse(t, out _)).Select(AddressRange.Parse)];
        }
        catch (ApiException e) when (e.IsNotFound)
        {
            // Kubernetes has the kind since v1.33.
            return [];
        }
    }

    ImmutableArray<AddressRange> PodRanges(IEnumerable<Api.Core.V1.Node> nodes) => podRanges.IsEmpty
        ? [.. nodes.SelectMany(n => n.Spec?.PodCIDRs is { Count: > 0 } many ? many : [n.Spec?.PodCIDR ?? ""]).Where(t => AddressRange.TryParse(t, out _)).Select(AddressRange.Parse)]
        : podRanges;

    /// <summary>The Pods that the question itself names, by name or address.</summary>
    async Task<IEnumerable<Pod>> DirectPodsAsync(CancellationToken cancellation)
    {
        var sender = question.Sender switch
        {
            PodSender(var key) => NamedAsync(key, cancellation),
            AddressSender(var address) => AtAsync(address, cancellation),
            _ => Task.FromResult<IReadOnlyList<Pod>>([]),
        };
        var target = question.Target is AddressTarget to ? AtAsync(to.Address, cancellation) : Task.FromResult<IReadOnlyList<Pod>>([]);
        return [.. await sender.ConfigureAwait(false), .. await target.ConfigureAwait(false)];
    }

    /// <summary>The Pod; where there is none, those of its namespace, for a hint at what was meant.</summary>
    async Task<IReadOnlyList<Pod>> NamedAsync(PodKey key, CancellationToken cancellation) =>
        await client.FindAsync<Pod>(key.Namespace, key.Name, cancellation).ConfigureAwait(false) is { } pod
            ? [pod]
            : (await client.ListAsync<Pod>(key.Namespace, ListOptions.All, cancellation).ConfigureAwait(false)).Items;

    async Task<IReadOnlyList<Pod>> AtAsync(Address address, CancellationToken cancellation) =>
        (await client.ListAsync<Pod>(null, new() { FieldSelector = $"status.podIP={address}" }, cancellation).ConfigureAwait(false)).Items;

    /// <summary>The Pods of the node that the question sends to: one of them may have the port.</summary>
    async Task<IReadOnlyList<Pod>> NodePodsAsync(IEnumerable<Api.Core.V1.Node> nodes, CancellationToken cancellation) =>
        question.Target is AddressTarget to && nodes.FirstOrDefault(n => n.Status?.Addresses?.Any(a => a.Address == to.Address.ToString()) == true) is { } node
            ? (await client.ListAsync<Pod>(null, new() { FieldSelector = $"spec.nodeName={node.Metadata.Name}" }, cancellation).ConfigureAwait(false)).Items
            : [];

    async Task<IReadOnlyList<EndpointSlice>> SlicesAsync(Service service, CancellationToken cancellation)
    {
        var ofService = new ListOptions { LabelSelector = $"{ClusterSnapshot.ServiceNameLabel}={service.Metadata.Name}" };
        return (await client.ListAsync<EndpointSlice>(service.Metadata.Namespace, ofService, cancellation).ConfigureAwait(false)).Items;
    }

    /// <summary>
    /// The Pods behind a Service: those that its endpoints refer to if they are few, which spares the server a search;
    /// else all that it selects.
    /// </summary>
    async Task<IEnumerable<Pod>> BehindAsync(ClusterSnapshot cluster, Service service, CancellationToken cancellation)
    {
        var endpoints = cluster.SlicesOf(ClusterSnapshot.KeyOf(service)).Values.SelectMany(s => s.Endpoints ?? []).ToList();
        var referred = endpoints.Select(e => e.TargetRef).Where(r => r is { Kind: "Pod", Name: not null }).DistinctBy(r => (r!.Namespace, r.Name)).ToList();
        if (service.Spec?.Selector is { Count: > 0 } selector && (referred.Count is 0 or > MostSinglePods || endpoints.Any(e => e.TargetRef is null)))
            return (await client.ListAsync<Pod>(service.Metadata.Namespace, new() { LabelSelector = LabelSelectorText.FromLabels(selector).ToString() }, cancellation).ConfigureAwait(false)).Items;
        return (await Task.WhenAll(referred.Take(MostSinglePods).Select(r => client.FindAsync<Pod>(r!.Namespace, r.Name!, cancellation))).ConfigureAwait(false)).OfType<Pod>();
    }
}
