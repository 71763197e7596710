using System.Globalization;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Node.Cri;
using Fairlead.Node.Logs;
using Fairlead.Node.Pods;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Node.Serving;

/// <summary>The paths of the kubelet's server and what answers each. The paths and queries are the kubelet's.</summary>
sealed class KubeletRoutes(NodeContext node, PodWorkers workers)
{
    readonly NodeStatistics statistics = new(node, workers);

    public Task ServeAsync(HttpContext context)
    {
        var parts = (context.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["healthz", ..] => TextAsync(context, "ok"),
            ["pods"] => PodsAsync(context),
            ["containerLogs", var ns, var pod, var container] => LogsAsync(context, ns, pod, container),
            ["exec", var ns, var pod, .., var container] => ExecAsync(context, ns, pod, container),
            ["attach", var ns, var pod, .., var container] => AttachAsync(context, ns, pod, container),
            ["portForward", var ns, var pod, ..] => PortForwardAsync(context, ns, pod),
            ["stats", "summary"] => statistics.SummaryAsync(context),
            ["metrics"] => statistics.MetricsAsync(context),
            ["metrics", "resource"] => statistics.MetricsAsync(context),
            ["configz"] => TextAsync(context, $"{{\"kubeletconfig\":{{\"clusterDomain\":\"{node.Options.ClusterDomain}\",\"maxPods\":{node.Options.MaxPods}}}}}"),
            _ => NotFoundAsync(context, "404 page not found"),
        };
    }

    static async Task TextAsync(HttpContext context, string text) => await context.Response.WriteAsync(text).ConfigureAwait(false);

    static async Task NotFoundAsync(HttpContext context, string text)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        await context.Response.WriteAsync(text + "\n").ConfigureAwait(false);
    }

    async Task PodsAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var body = context.Response.Body;
        await body.WriteAsync("""{"kind":"PodList","apiVersion":"v1","metadata":{},"items":["""u8.ToArray(), context.RequestAborted).ConfigureAwait(false);
        var first = true;
        foreach (var worker in workers.All)
        {
            if (!first) await body.WriteAsync(","u8.ToArray(), context.RequestAborted).ConfigureAwait(false);
            first = false;
            await body.WriteAsync(ApiJson.Write(worker.Pod), context.RequestAborted).ConfigureAwait(false);
        }
        await body.WriteAsync("]}"u8.ToArray(), context.RequestAborted).ConfigureAwait(false);
    }

    async Task LogsAsync(HttpContext context, string ns, string pod, string container)
    {
        if (workers.Find(ns, pod) is not { } worker)
        {
            await NotFoundAsync(context, $"pod \"{pod}\" not found").ConfigureAwait(false);
            return;
        }
        var query = context.Request.Query;
        var seen = await node.Observer.ObserveAsync(worker.Pod.Metadata.Uid!, context.RequestAborted).ConfigureAwait(false);
        var previous = Truth(query["previous"]);
        // A container that has not started again yet shows the log of its last run.
        var wanted = previous ? Previous(worker.Pod, seen, container) : seen.Latest(container);
        if (wanted is null || wanted.LogPath.Length == 0)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(Refusal(worker.Pod, container, previous)).ConfigureAwait(false);
            return;
        }
        context.Response.ContentType = "text/plain";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
        await ContainerLog.CopyAsync(wanted.LogPath, Options(query), stop => IsRunningAsync(wanted.Id, stop), context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }

    // The run that the status shows as lastState.
    static SeenContainer? Previous(Pod pod, PodObservation seen, string container)
    {
        var status = (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).FirstOrDefault(c => c.Name == container);
        var id = status?.LastState?.Terminated?.ContainerID?.Split("://")[^1];
        return seen.Containers.FirstOrDefault(c => c.Id == id);
    }

    static string Refusal(Pod pod, string container, bool previous)
    {
        if (previous) return $"previous terminated container \"{container}\" in pod \"{pod.Metadata.Name}\" not found\n";
        var status = (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).FirstOrDefault(c => c.Name == container);
        var which = $"container \"{container}\" in pod \"{pod.Metadata.Name}\"";
        return status?.State?.Waiting?.Reason switch
        {
            null => $"{which} is not available\n",
            "ErrImagePull" => $"{which} is waiting to start: image can't be pulled\n",
            "ImagePullBackOff" => $"{which} is waiting to start: trying and failing to pull image\n",
            var reason => $"{which} is waiting to start: {reason}\n",
        };
    }

    LogOptions Options(IQueryCollection query) => new()
    {
        Follow = Truth(query["follow"]),
        Timestamps = Truth(query["timestamps"]),
        TailLines = Number(query["tailLines"]),
        LimitBytes = Number(query["limitBytes"]),
        Stream = query["stream"].FirstOrDefault(),
        Since = Number(query["sinceSeconds"]) is { } seconds ? node.Time.GetUtcNow().AddSeconds(-seconds)
            : DateTimeOffset.TryParse(query["sinceTime"].FirstOrDefault(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null,
    };

    async Task<bool> IsRunningAsync(string id, CancellationToken cancellation) =>
        (await node.Runtime.ContainerStatusAsync(id, cancellation).ConfigureAwait(false))?.State == Cri.ContainerState.ContainerRunning;

    async Task ExecAsync(HttpContext context, string ns, string pod, string container)
    {
        if (await RunningAsync(context, ns, pod, container).ConfigureAwait(false) is not { } seen) return;
        var query = context.Request.Query;
        var tty = Truth(query["tty"]);
        var request = new ExecRequest
        {
            ContainerId = seen.Id, Tty = tty, Stdin = Truth(query["input"]) || Truth(query["stdin"]), Stdout = Truth(query["output"]) || Truth(query["stdout"]),
            // With a terminal there is one stream out.
            Stderr = !tty && (Truth(query["error"]) || Truth(query["stderr"])),
        };
        request.Cmd.AddRange(query["command"].OfType<string>());
        var url = await node.Runtime.ExecAsync(request, context.RequestAborted).ConfigureAwait(false);
        await StreamRelay.RelayAsync(context, new Uri(url)).ConfigureAwait(false);
    }

    async Task AttachAsync(HttpContext context, string ns, string pod, string container)
    {
        if (await RunningAsync(context, ns, pod, container).ConfigureAwait(false) is not { } seen) return;
        var query = context.Request.Query;
        var tty = Truth(query["tty"]);
        var url = await node.Runtime.AttachAsync(new AttachRequest
        {
            ContainerId = seen.Id, Tty = tty, Stdin = Truth(query["input"]) || Truth(query["stdin"]), Stdout = Truth(query["output"]) || Truth(query["stdout"]),
            Stderr = !tty && (Truth(query["error"]) || Truth(query["stderr"])),
        }, context.RequestAborted).ConfigureAwait(false);
        await StreamRelay.RelayAsync(context, new Uri(url)).ConfigureAwait(false);
    }

    async Task PortForwardAsync(HttpContext context, string ns, string pod)
    {
        var sandbox = workers.Find(ns, pod) is { } worker
            ? (await node.Observer.ObserveAsync(worker.Pod.Metadata.Uid!, context.RequestAborted).ConfigureAwait(false)).Sandbox
            : null;
        if (sandbox is not { Ready: true })
        {
            await NotFoundAsync(context, $"pod \"{pod}\" has no running sandbox").ConfigureAwait(false);
            return;
        }
        var request = new PortForwardRequest { PodSandboxId = sandbox.Id };
        foreach (var ports in context.Request.Query["port"].Concat(context.Request.Query["ports"]))
            foreach (var port in (ports ?? "").Split(',')) if (int.TryParse(port, out var number)) request.Port.Add(number);
        var url = await node.Runtime.PortForwardAsync(request, context.RequestAborted).ConfigureAwait(false);
        await StreamRelay.RelayAsync(context, new Uri(url)).ConfigureAwait(false);
    }

    async Task<SeenContainer?> RunningAsync(HttpContext context, string ns, string pod, string container)
    {
        var seen = workers.Find(ns, pod) is { } worker
            ? (await node.Observer.ObserveAsync(worker.Pod.Metadata.Uid!, context.RequestAborted).ConfigureAwait(false)).Latest(container)
            : null;
        if (seen is { State: SeenState.Running }) return seen;
        await NotFoundAsync(context, $"container not found (\"{container}\")").ConfigureAwait(false);
        return null;
    }

    static bool Truth(string? text) => text is "1" or "true" or "True";

    static long? Number(string? text) => long.TryParse(text, out var number) ? number : null;
}
