using Fairlead.Client.Metrics;
using Fairlead.Node.Configs;
using Fairlead.Node.Cri;
using Fairlead.Node.Pods;
using Fairlead.Node.Statistics;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Node.Serving;

/// <summary>What containers use: /stats/summary as JSON, and the resource metrics, by the runtime, in Prometheus's text form.</summary>
sealed class NodeStatistics(NodeContext node, PodWorkers workers)
{
    readonly StatsSummary summary = new(node, workers);

    public async Task SummaryAsync(HttpContext context)
    {
        var all = context.Request.Query["only_cpu_and_memory"].FirstOrDefault() is not "true";
        var made = await summary.MakeAsync(all, context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(made.ToJsonString()).ConfigureAwait(false);
    }

    public async Task MetricsAsync(HttpContext context)
    {
        var stats = await node.Runtime.ListContainerStatsAsync(context.RequestAborted).ConfigureAwait(false);
        var text = new MetricText();
        text.Single("kubelet_running_pods", "gauge", "Number of pods that have a running pod sandbox", workers.All.Count(w => w.Latest.Sandbox is { Ready: true }));
        text.Family("container_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the container in core-seconds");
        foreach (var s in stats) text.Sample((s.Cpu?.UsageCoreNanoSeconds?.Value ?? 0) / 1e9, Labels(s));
        text.Family("container_memory_working_set_bytes", "gauge", "Current working set of the container in bytes");
        foreach (var s in stats) text.Sample(s.Memory?.WorkingSetBytes?.Value ?? 0, Labels(s));
        context.Response.ContentType = MetricText.ContentType;
        await context.Response.WriteAsync(text.ToString()).ConfigureAwait(false);
    }

    static (string, string)[] Labels(ContainerStats stats) =>
        [("container", Label(stats, PodLabels.ContainerName)), ("namespace", Label(stats, PodLabels.PodNamespace)), ("pod", Label(stats, PodLabels.PodName))];

    static string Label(ContainerStats stats, string name) => stats.Attributes?.Labels.TryGetValue(name, out var value) == true ? value : "";
}
