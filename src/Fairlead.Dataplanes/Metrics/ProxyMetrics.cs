using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Fairlead.Client.Metrics;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Metrics;

/// <summary>
/// Counts what the proxy does, under kube-proxy's names. <see cref="Starting"/>, <see cref="Applied"/> and
/// <see cref="Failed"/> are the applying loop's; all else is safe from any thread.
/// </summary>
/// <param name="seen">Events until now.</param>
sealed class ProxyMetrics(TimeProvider time, Func<FeedCounts> seen)
{
    // From 1 ms, each twice the one before; and for the way of a change through the cluster, up to five minutes.
    static readonly ImmutableArray<double> StepBounds = [.. Enumerable.Range(0, 15).Select(n => 0.001 * (1 << n))];
    static readonly ImmutableArray<double> ProgrammingBounds =
        [0.25, 0.5, .. Steps(1, 1, 59), .. Steps(60, 5, 12), .. Steps(120, 30, 7)];

    readonly Histogram steps = new(StepBounds), whole = new(StepBounds), partial = new(StepBounds), programming = new(ProgrammingBounds);
    readonly ConcurrentDictionary<(string Path, int Code), long> answers = [];
    readonly TriggerTimes triggers = new(time.GetUtcNow());
    long began, failures, lastQueued, lastServed, servedServices, servedSlices;
    FeedCounts taken;

    /// <summary>A change came.</summary>
    public void Queued() => Interlocked.Exchange(ref lastQueued, Now());

    /// <param name="came">Events that were there before the snapshot was taken.</param>
    public void Starting(ClusterSnapshot snapshot, IEnumerable<ServiceKey> changed, FeedCounts came)
    {
        triggers.Note(snapshot, changed);
        (taken, began) = (came, time.GetTimestamp());
    }

    public void Applied(bool all)
    {
        Took(all ? whole : partial);
        Interlocked.Exchange(ref lastServed, Now());
        Interlocked.Exchange(ref servedServices, taken.Services);
        Interlocked.Exchange(ref servedSlices, taken.EndpointSlices);
        foreach (var changed in triggers.Take()) programming.Observe(time.GetUtcNow() - changed);
    }

    public void Failed()
    {
        Took(null);
        Interlocked.Increment(ref failures);
    }

    /// <summary>A health check was answered.</summary>
    public void Answered(string path, int code) => answers.AddOrUpdate((path, code), 1, static (_, n) => n + 1);

    public void Write(MetricText text, NodeTable table)
    {
        text.Family("kubeproxy_sync_proxy_rules_duration_seconds", "histogram", "Time to bring a change to the kernel.").Sample(steps);
        text.Family("kubeproxy_sync_full_proxy_rules_duration_seconds", "histogram", "Time to bring the whole table to the kernel.").Sample(whole);
        text.Family("kubeproxy_sync_partial_proxy_rules_duration_seconds", "histogram", "Time to bring a part of the table to the kernel.").Sample(partial);
        text.Family("kubeproxy_network_programming_duration_seconds", "histogram", "Time from the change of a Pod until the kernel serves it.").Sample(programming);
        text.Single("fairlead_sync_proxy_rules_failures_total", "counter", "Changes that the kernel refused.", Interlocked.Read(ref failures));
        Stamp(text, "kubeproxy_sync_proxy_rules_last_timestamp_seconds", "When all changes were last served.", ref lastServed);
        Stamp(text, "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds", "When a change last came.", ref lastQueued);
        Changes(text);
        text.Family("kubeproxy_sync_proxy_rules_no_local_endpoints_total", "gauge", "Service ports of a traffic policy Local with endpoints on other nodes alone.")
            .Sample(WithoutLocal(table, f => f.Kind == FrontendKind.ClusterIP), ("traffic_policy", "internal"))
            .Sample(WithoutLocal(table, f => f.Kind != FrontendKind.ClusterIP), ("traffic_policy", "external"));
        Answers(text, "/healthz", "kubeproxy_proxy_healthz_total");
        Answers(text, "/livez", "kubeproxy_proxy_livez_total");
    }

    void Took(Histogram? kind)
    {
        var took = time.GetElapsedTime(began);
        steps.Observe(took);
        kind?.Observe(took);
    }

    void Changes(MetricText text)
    {
        // What is served first: else a change between the two would be pending less than never.
        var (services, slices) = (Interlocked.Read(ref servedServices), Interlocked.Read(ref servedSlices));
        var all = seen();
        text.Single("kubeproxy_sync_proxy_rules_service_changes_total", "counter", "Events of Services.", all.Services)
            .Single("kubeproxy_sync_proxy_rules_service_changes_pending", "gauge", "Events of Services that are not served yet.", all.Services - services)
            .Single("kubeproxy_sync_proxy_rules_endpoint_changes_total", "counter", "Events of EndpointSlices.", all.EndpointSlices)
            .Single("kubeproxy_sync_proxy_rules_endpoint_changes_pending", "gauge", "Events of EndpointSlices that are not served yet.", all.EndpointSlices - slices);
    }

    void Answers(MetricText text, string path, string name)
    {
        text.Family(name, "counter", $"Answers of {path}.");
        foreach (var ((asked, code), count) in answers) if (asked == path) text.Sample(count, ("code", code.ToString(CultureInfo.InvariantCulture)));
    }

    static int WithoutLocal(NodeTable table, Func<Frontend, bool> ofPolicy) =>
        table.Frontends.Values.Where(f => f.LacksLocalBackend && ofPolicy(f)).Select(f => (f.Service, f.PortName)).Distinct().Count();

    long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    static void Stamp(MetricText text, string name, string help, ref long milliseconds) =>
        text.Single(name, "gauge", help, Interlocked.Read(ref milliseconds) / 1000.0);

    static IEnumerable<double> Steps(int first, int width, int count) => Enumerable.Range(0, count).Select(n => (double)(first + n * width));
}
