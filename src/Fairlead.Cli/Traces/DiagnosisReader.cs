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

namespace Fairlead.Cli.Traces;

/// <summary>Reads what a trace needs only when something is wrong: who else is there that might have been meant.</summary>
sealed class DiagnosisReader(KubeClient client, ServiceCatalog catalog, TraceQuestion question)
{
    // Warnings of so many Pods that are not ready are read; one is told.
    const int MostWarned = 8;

    /// <summary>Whether a trace is to be made again with more objects.</summary>
    public static bool IsNeeded(TraceResult result) =>
        result.Cause is not null || !result.Remarks.IsEmpty || result.Endpoints.Any(e => e is { Kind: EndpointKind.Node, Provenance.Kind: "Node" });

    /// <summary>The objects and more of them.</summary>
    public async Task<TraceObjects> ReadAsync(TraceObjects objects, CancellationToken cancellation)
    {
        var spaces = Namespaces(objects).Where(objects.Namespaces.Contains).ToList();
        var pods = Task.WhenAll(spaces.Select(ns => client.ListAsync<Pod>(ns, ListOptions.All, cancellation)));
        var elsewhere = Task.WhenAll(objects.Cluster.Services.Values.Where(s => s.Spec?.Selector is { Count: > 0 }).Select(s => SelectedAsync(s, cancellation)));
        var hosts = HostPodsAsync(cancellation);
        var workloads = Task.WhenAll(spaces.Select(ns => WorkloadsAsync(ns, cancellation)));
        var strays = Task.WhenAll(spaces.Select(ns => client.ListAsync<EndpointSlice>(ns, new() { LabelSelector = "!" + ClusterSnapshot.ServiceNameLabel }, cancellation)));
        var all = objects.Pods.Concat((await pods.ConfigureAwait(false)).SelectMany(p => p.Items)).Concat((await elsewhere.ConfigureAwait(false)).SelectMany(p => p)).Concat(await hosts.ConfigureAwait(false))
            .DistinctBy(p => (p.Metadata.Namespace, p.Metadata.Name)).ToImmutableArray();
        var cluster = objects.Cluster with { Services = objects.Cluster.Services.SetItems(catalog.All().Select(s => KeyValuePair.Create(ClusterSnapshot.KeyOf(s), s))) };
        return objects with
        {
            Cluster = cluster,
            Pods = all,
            Workloads = [.. (await workloads.ConfigureAwait(false)).SelectMany(w => w)],
            StraySlices = [.. (await strays.ConfigureAwait(false)).SelectMany(s => s.Items)],
            Warnings = await WarningsAsync(objects.Pods, cancellation).ConfigureAwait(false),
        };
    }

    IEnumerable<string> Namespaces(TraceObjects objects) => new[] { question.Namespace }
        .Concat(question.Sender is PodSender(var pod) ? [pod.Namespace] : [])
        .Concat(question.Target is ServiceTarget service ? [service.Service.Namespace] : [])
        .Concat(objects.Cluster.Services.Keys.Where(k => k != objects.NameService).Select(k => k.Namespace)).Distinct();

    async Task<IReadOnlyList<Pod>> SelectedAsync(Service service, CancellationToken cancellation) =>
        (await client.ListAsync<Pod>(null, new() { LabelSelector = LabelSelectorText.FromLabels(service.Spec!.Selector).ToString() }, cancellation).ConfigureAwait(false)).Items;

    /// <summary>For a question that sends to a node: the Pods of any node that have the port there.</summary>
    async Task<IEnumerable<Pod>> HostPodsAsync(CancellationToken cancellation)
    {
        if (question.Target is not AddressTarget to) return [];
        var answer = await client.RawAsync(ApiRequest.Get(KindOf<Pod>.Path(null)), cancellation).ConfigureAwait(false);
        var port = Encoding.ASCII.GetBytes($"Port\":{to.Port}");
        return RawList.Items(answer.Body).Where(i => i.Span.IndexOf(port) >= 0).Select(i => ApiJson.Read<Pod>(i.Span)).ToList();
    }

    async Task<IEnumerable<Workload>> WorkloadsAsync(string ns, CancellationToken cancellation)
    {
        var deployments = client.ListAsync<Deployment>(ns, ListOptions.All, cancellation);
        var sets = client.ListAsync<ReplicaSet>(ns, ListOptions.All, cancellation);
        var nothing = new Dictionary<string, string>();
        return (await deployments.ConfigureAwait(false)).Items.Select(d => new Workload("Deployment", ns, d.Metadata.Name!, d.Spec?.Replicas ?? 1, d.Spec?.Template?.Metadata?.Labels ?? nothing,
                d.Status?.Conditions?.FirstOrDefault(c => c is { Type: "ReplicaFailure", Status: "True" })?.Message))
            .Concat((await sets.ConfigureAwait(false)).Items.Select(r => new Workload("ReplicaSet", ns, r.Metadata.Name!, r.Spec?.Replicas ?? 1, r.Spec?.Template?.Metadata?.Labels ?? nothing,
                r.Status?.Conditions?.FirstOrDefault(c => c is { Type: "ReplicaFailure", Status: "True" })?.Message)));
    }

    async Task<ImmutableDictionary<PodKey, string>> WarningsAsync(IEnumerable<Pod> pods, CancellationToken cancellation)
    {
        var unready = pods.Where(p => p.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) != true).Take(MostWarned);
        var found = await Task.WhenAll(unready.Select(p => WarningAsync(p, cancellation))).ConfigureAwait(false);
        return found.Where(w => w.Message is not null).DistinctBy(w => w.Pod).ToImmutableDictionary(w => w.Pod, w => w.Message!);
    }

    async Task<(PodKey Pod, string? Message)> WarningAsync(Pod pod, CancellationToken cancellation)
    {
        var events = await client.ListAsync<Event>(pod.Metadata.Namespace, new() { FieldSelector = $"involvedObject.name={pod.Metadata.Name},type=Warning" }, cancellation).ConfigureAwait(false);
        return (new(pod.Metadata.Namespace!, pod.Metadata.Name!), events.Items.OrderByDescending(e => e.LastTimestamp ?? e.EventTime).FirstOrDefault()?.Message);
    }
}
