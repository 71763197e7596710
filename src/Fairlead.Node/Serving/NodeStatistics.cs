using System.Globalization;
using System.Text.Json.Nodes;
using Fairlead.Client.Metrics;
using Fairlead.Node.Configs;
using Fairlead.Node.Cri;
using Fairlead.Node.Nodes;
using Fairlead.Node.Pods;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Node.Serving;

/// <summary>What containers use, by the runtime: /stats/summary as JSON, and the resource metrics in Prometheus's text form.</summary>
sealed class NodeStatistics(NodeContext node, PodWorkers workers)
{
    public async Task SummaryAsync(HttpContext context)
    {
        var stats = await node.Runtime.ListContainerStatsAsync(context.RequestAborted).ConfigureAwait(false);
        var pods = new JsonArray();
        foreach (var pod in stats.GroupBy(s => Label(s, PodLabels.PodUid)))
        {
            var first = pod.First();
            pods.Add(new JsonObject
            {
                ["podRef"] = new JsonObject { ["name"] = Label(first, PodLabels.PodName), ["namespace"] = Label(first, PodLabels.PodNamespace), ["uid"] = pod.Key },
                ["containers"] = new JsonArray([.. pod.Select(c => new JsonObject { ["name"] = Label(c, PodLabels.ContainerName), ["cpu"] = Cpu([c]), ["memory"] = Memory([c]) })]),
                ["cpu"] = Cpu([.. pod]),
                ["memory"] = Memory([.. pod]),
            });
        }
        var total = Machine.Memory("MemTotal");
        var available = Machine.Memory("MemAvailable");
        var summary = new JsonObject
        {
            ["node"] = new JsonObject
            {
                ["nodeName"] = node.Options.NodeName,
                ["cpu"] = Cpu(stats),
                ["memory"] = new JsonObject { ["time"] = Time(), ["availableBytes"] = available, ["usageBytes"] = total - available, ["workingSetBytes"] = total - available },
            },
            ["pods"] = pods,
        };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(summary.ToJsonString()).ConfigureAwait(false);
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

    JsonObject Cpu(IReadOnlyList<ContainerStats> stats) => new()
    {
        ["time"] = Time(),
        ["usageNanoCores"] = stats.Sum(s => (long)(s.Cpu?.UsageNanoCores?.Value ?? 0)),
        ["usageCoreNanoSeconds"] = stats.Sum(s => (long)(s.Cpu?.UsageCoreNanoSeconds?.Value ?? 0)),
    };

    JsonObject Memory(IReadOnlyList<ContainerStats> stats) => new()
    {
        ["time"] = Time(),
        ["usageBytes"] = stats.Sum(s => (long)(s.Memory?.UsageBytes?.Value ?? s.Memory?.WorkingSetBytes?.Value ?? 0)),
        ["workingSetBytes"] = stats.Sum(s => (long)(s.Memory?.WorkingSetBytes?.Value ?? 0)),
        ["rssBytes"] = stats.Sum(s => (long)(s.Memory?.RssBytes?.Value ?? 0)),
    };

    string Time() => node.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
