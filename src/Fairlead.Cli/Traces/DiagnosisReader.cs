using System.Collections.Immutable;
using System.Text;
using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Selectors;
using Fairlead.Client;
using Fairlead.Network.Services;
using Fairlead.Network.Traces;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Cli.Traces;

/// <summary>
/// Reads what a trace needs only when something is wrong: who else is there that might have been meant, and what the nodes
/// say. Each cause asks for its own; most ask for nothing more.
/// </summary>
sealed class DiagnosisReader(KubeClient client, ServiceCatalog catalog, TraceQuestion question)
{
    // For hints so many Pods of a namespace are looked at, and of so many Pods that are not ready the warnings.
    const int MostPods = 2000, MostWarned = 8;

    static readonly ImmutableHashSet<Cause> OfNames = [KnownCauses.ServiceMissing, KnownCauses.NamespaceMissing, KnownCauses.HostNameUnknown, KnownCauses.ClusterDomainWrong];
    static readonly ImmutableHashSet<Cause> OfSelectors = [KnownCauses.SelectorMatchesNothing];
    static readonly ImmutableHashSet<Cause> OfStrays = [KnownCauses.EndpointsMissing];
    static readonly ImmutableHashSet<Cause> OfStaleness = [KnownCauses.EndpointStale, KnownCauses.AddressNobodyHas];

    static readonly ImmutableHashSet<Cause> OfPods =
    [
        KnownCauses.PodNotReady, KnownCauses.ReadinessProbeFailing, KnownCauses.StartupProbeFailing, KnownCauses.PodWaiting, KnownCauses.PodCrashing,
        KnownCauses.PodTerminating, KnownCauses.PodEnded, KnownCauses.SlicesBehind, KnownCauses.TargetPortNameMissing, KnownCauses.SenderWithoutAddress,
    ];

    /// <summary>More objects for what a first trace found; null if it needs none.</summary>
    public async Task<TraceObjects?> ReadAsync(TraceObjects objects, TraceResult result, CancellationToken cancellation)
    {
        var causes = result.Remarks.Append(result.Cause).OfType<Finding>().Select(f => f.Cause).ToHashSet();
        var more = objects;
        if (causes.Overlaps(OfNames)) more = more with { ServiceNames = [.. catalog.Names()] };
        if (causes.Overlaps(OfSelectors)) more = await ForSelectorsAsync(more, cancellation).ConfigureAwait(false);
        if (causes.Overlaps(OfPods)) more = await ForPodsAsync(more, cancellation).ConfigureAwait(false);
        if (causes.Overlaps(OfStrays)) more = more with { StraySlices = await StraysAsync(more, cancellation).ConfigureAwait(false) };
        if (causes.Overlaps(OfStaleness)) more = With(more, await AtAddressesAsync(result, cancellation).ConfigureAwait(false));
        if (causes.Contains(KnownCauses.NodePortUnknown) || result.Endpoints.Any(e => e is { Kind: EndpointKind.Node, Finding: null, Provenance.Kind: "Node" }))
            more = await ForNodeAsync(more, cancellation).ConfigureAwait(false);
        return ReferenceEquals(more, objects) ? null : more;
    }

    static TraceObjects With(TraceObjects objects, IEnumerable<Pod> pods) =>
        objects with { Pods = [.. objects.Pods.Concat(pods).DistinctBy(p => (p.Metadata.Namespace, p.Metadata.Name))] };

    /// <summary>The Services that are asked about, but for the name server's.</summary>
    static IEnumerable<Service> Asked(TraceObjects objects) => objects.Cluster.Services.Values.Where(s => ClusterSnapshot.KeyOf(s) != objects.NameService);

    async Task<TraceObjects> ForSelectorsAsync(TraceObjects objects, CancellationToken cancellation)
    {
        var pods = new List<Pod>();
        var workloads = new List<Workload>();
        foreach (var service in Asked(objects).Where(s => s.Spec?.Selector is { Count: > 0 }))
        {
            var (ns, selector) = (service.Metadata.Namespace!, service.Spec!.Selector!);
            // Pods that differ in one label of several, wherever they stand in the list; then whatever is there.
            var near = selector.Count < 2 ? [] : selector.Select(l => PodsAsync(ns, Selector(selector.Where(o => o.Key != l.Key)), MostPods, cancellation)).ToList();
            var some = PodsAsync(ns, null, MostPods, cancellation);
            var elsewhere = PodsAsync(null, Selector(selector), MostPods, cancellation);
            workloads.AddRange(await WorkloadsAsync(ns, selector, cancellation).ConfigureAwait(false));
            pods.AddRange((await Task.WhenAll([.. near, some, elsewhere]).ConfigureAwait(false)).SelectMany(p => p));
        }
        return With(objects, pods) with { Workloads = [.. workloads] };
    }

    static string Selector(IEnumerable<KeyValuePair<string, string>> labels) => LabelSelectorText.FromLabels(labels.ToDictionary()).ToString();

    async Task<IReadOnlyList<Pod>> PodsAsync(string? ns, string? selector, int limit, CancellationToken cancellation) =>
        (await client.ListAsync<Pod>(ns, new() { LabelSelector = selector, Limit = limit }, cancellation).ConfigureAwait(false)).Items;

    async Task<IEnumerable<Workload>> WorkloadsAsync(string ns, IReadOnlyDictionary<string, string> selector, CancellationToken cancellation)
    {
        // Those whose text has a label of the selector are decoded.
        var label = selector.First();
        var text = Encoding.UTF8.GetBytes($"\"{label.Key}\":\"{label.Value}\"");
        var deployments = client.RawAsync(ApiRequest.Get(KindOf<Deployment>.Path(ns)), cancellation);
        var sets = client.RawAsync(ApiRequest.Get(KindOf<ReplicaSet>.Path(ns)), cancellation);
        var controllers = client.RawAsync(ApiRequest.Get(KindOf<ReplicationController>.Path(ns)), cancellation);
        return Decode<Deployment>((await deployments.ConfigureAwait(false)).Body, text).Select(d => WorkloadOf("Deployment", d.Metadata, d.Spec?.Replicas, d.Spec?.Template,
                d.Status?.Conditions?.FirstOrDefault(c => c is { Type: "ReplicaFailure", Status: "True" })?.Message))
            .Concat(Decode<ReplicaSet>((await sets.ConfigureAwait(false)).Body, text).Select(r => WorkloadOf("ReplicaSet", r.Metadata, r.Spec?.Replicas, r.Spec?.Template,
                r.Status?.Conditions?.FirstOrDefault(c => c is { Type: "ReplicaFailure", Status: "True" })?.Message)))
            .Concat(Decode<ReplicationController>((await controllers.ConfigureAwait(false)).Body, text).Select(r => WorkloadOf("ReplicationController", r.Metadata, r.Spec?.Replicas, r.Spec?.Template,
                r.Status?.Conditions?.FirstOrDefault(c => c is { Type: "ReplicaFailure", Status: "True" })?.Message)));
    }

    static Workload WorkloadOf(string kind, Api.Meta.V1.ObjectMeta metadata, int? replicas, PodTemplateSpec? template, string? failure) =>
        new(kind, metadata.Namespace!, metadata.Name!, replicas ?? 1, template?.Metadata?.Labels ?? new Dictionary<string, string>(), failure);

    static List<T> Decode<T>(ReadOnlyMemory<byte> list, byte[] text) where T : Api.Meta.V1.KubeObject =>
        [.. RawList.Items(list).Where(i => i.Span.IndexOf(text) >= 0).Select(i => ApiJson.Read<T>(i.Span))];

    /// <summary>All Pods of the Services, and what the nodes say of those that are not ready.</summary>
    async Task<TraceObjects> ForPodsAsync(TraceObjects objects, CancellationToken cancellation)
    {
        var selected = Asked(objects).Where(s => s.Spec?.Selector is { Count: > 0 }).Select(s => PodsAsync(s.Metadata.Namespace, Selector(s.Spec!.Selector!), MostPods, cancellation));
        var more = With(objects, (await Task.WhenAll(selected).ConfigureAwait(false)).SelectMany(p => p));
        var unready = more.Pods.Where(p => p.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) != true).Take(MostWarned);
        var warnings = await Task.WhenAll(unready.Select(p => WarningAsync(p, cancellation))).ConfigureAwait(false);
        return more with { Warnings = warnings.Where(w => w.Message is not null).DistinctBy(w => w.Pod).ToImmutableDictionary(w => w.Pod, w => w.Message!) };
    }

    async Task<(PodKey Pod, string? Message)> WarningAsync(Pod pod, CancellationToken cancellation)
    {
        var events = await client.ListAsync<Event>(pod.Metadata.Namespace, new() { FieldSelector = $"involvedObject.name={pod.Metadata.Name},type=Warning" }, cancellation).ConfigureAwait(false);
        return (new(pod.Metadata.Namespace!, pod.Metadata.Name!), events.Items.OrderByDescending(e => e.LastTimestamp ?? e.EventTime).FirstOrDefault()?.Message);
    }

    async Task<ImmutableArray<EndpointSlice>> StraysAsync(TraceObjects objects, CancellationToken cancellation)
    {
        var options = new ListOptions { LabelSelector = "!" + ClusterSnapshot.ServiceNameLabel };
        var lists = await Task.WhenAll(Asked(objects).Select(s => s.Metadata.Namespace).Distinct().Select(ns => client.ListAsync<EndpointSlice>(ns, options, cancellation))).ConfigureAwait(false);
        return [.. lists.SelectMany(l => l.Items)];
    }

    /// <summary>Pods of whatever name that have the addresses which no known Pod has.</summary>
    async Task<IEnumerable<Pod>> AtAddressesAsync(TraceResult result, CancellationToken cancellation)
    {
        var addresses = result.Endpoints.Where(e => e.Pod is null && e.Kind == EndpointKind.Pod).Select(e => e.Address).Distinct().Take(MostWarned);
        var found = await Task.WhenAll(addresses.Select(a => client.ListAsync<Pod>(null, new() { FieldSelector = $"status.podIP={a}" }, cancellation))).ConfigureAwait(false);
        return found.SelectMany(f => f.Items);
    }

    /// <summary>For a question that sends to a node: the Pods of other nodes' networks, and the Services that have the port.</summary>
    async Task<TraceObjects> ForNodeAsync(TraceObjects objects, CancellationToken cancellation)
    {
        if (question.Target is not AddressTarget to) return objects;
        var pods = (await client.ListAsync<Pod>(null, new() { FieldSelector = "spec.hostNetwork=true" }, cancellation).ConfigureAwait(false)).Items;
        var cluster = objects.Cluster;
        foreach (var service in catalog.WithPort(to.Port)) cluster = cluster.With(service);
        return With(objects, pods) with { Cluster = cluster };
    }
}
