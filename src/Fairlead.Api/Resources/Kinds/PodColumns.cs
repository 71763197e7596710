using System.Globalization;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>
/// What kubectl get shows of a Pod. Status and restarts are summed up from the containers: those of an init container
/// that has not succeeded while the Pod initializes, then those of the sidecars and main containers.
/// </summary>
public static class PodColumns
{
    public static string Ready(JsonObject pod)
    {
        var summary = Summarize(pod);
        return $"{summary.Ready}/{summary.Total}";
    }

    public static string Status(JsonObject pod) => Summarize(pod).Reason;

    public static string Restarts(JsonObject pod, DateTimeOffset now)
    {
        var summary = Summarize(pod);
        var count = summary.Restarts.ToString(CultureInfo.InvariantCulture);
        return summary.Restarts != 0 && summary.LastRestart is { } last ? $"{count} ({Cells.HumanDuration(now - last)} ago)" : count;
    }

    public static string Address(JsonObject pod) =>
        pod.Objects("status.podIPs") is [var first, ..] && first.Text("ip") is { Length: > 0 } ip ? ip
        : pod.Text("status.podIP") is { Length: > 0 } one ? one
        : Cells.None;

    public static string ReadinessGates(JsonObject pod)
    {
        var gates = pod.Objects("spec.readinessGates");
        return gates.Count == 0 ? Cells.None : $"{gates.Count(g => IsTrue(pod, g.Text("conditionType")))}/{gates.Count}";
    }

    sealed record Summary(string Reason, int Ready, int Total, long Restarts, DateTimeOffset? LastRestart);

    static Summary Summarize(JsonObject pod)
    {
        var sidecars = pod.Objects("spec.initContainers").Where(c => c.Text("restartPolicy") == "Always").Select(c => c.Text("name")).ToHashSet();
        var total = pod.Objects("spec.containers").Count + sidecars.Count;
        var summary = new Summary(PhaseReason(pod), 0, total, 0, null);
        var (afterInit, sidecarsOnly, initializing) = Initializing(pod, sidecars, summary);
        summary = initializing ? afterInit : sidecarsOnly;
        if (!initializing || IsTrue(pod, "Initialized"))
            summary = Running(pod, summary with { Reason = afterInit.Reason, Restarts = sidecarsOnly.Restarts, LastRestart = sidecarsOnly.LastRestart });
        if (pod.At("metadata.deletionTimestamp") is null) return summary;
        if (pod.Text("status.reason") == "NodeLost") return summary with { Reason = "Unknown" };
        return pod.Text("status.phase") is "Succeeded" or "Failed" ? summary : summary with { Reason = "Terminating" };
    }

    static string PhaseReason(JsonObject pod) =>
        pod.Objects("status.conditions").Any(c => c.Text("type") == "PodScheduled" && c.Text("reason") == "SchedulingGated") ? "SchedulingGated"
        : pod.Text("status.reason") is { Length: > 0 } reason ? reason
        : pod.Text("status.phase");

    /// <summary>The init containers in their order, up to the first that holds the others up.</summary>
    static (Summary All, Summary Sidecars, bool Initializing) Initializing(JsonObject pod, HashSet<string> sidecars, Summary summary)
    {
        var ofSidecars = summary;
        foreach (var (i, status) in pod.Each("status.initContainerStatuses"))
        {
            summary = CountRestarts(summary, status);
            var sidecar = sidecars.Contains(status.Text("name"));
            if (sidecar) ofSidecars = CountRestarts(ofSidecars, status);
            var terminated = status.At("state.terminated");
            if (terminated is not null && (terminated.Number("exitCode") ?? 0) == 0) continue;
            if (sidecar && status.Flag("started"))
            {
                if (status.Flag("ready")) (summary, ofSidecars) = (OneReady(summary), OneReady(ofSidecars));
                continue;
            }
            var waiting = status.Text("state.waiting.reason");
            var reason = terminated is not null ? EndReason(terminated)
                : waiting is not ("" or "PodInitializing") ? waiting
                : $"{i}/{pod.Objects("spec.initContainers").Count}";
            return (summary with { Reason = "Init:" + reason }, ofSidecars, true);
        }
        return (summary, ofSidecars, false);
    }

    static Summary Running(JsonObject pod, Summary summary)
    {
        var running = false;
        foreach (var status in pod.Objects("status.containerStatuses").Reverse())
        {
            summary = CountRestarts(summary, status);
            if (status.Text("state.waiting.reason") is { Length: > 0 } waiting) summary = summary with { Reason = waiting };
            else if (status.At("state.terminated") is { } terminated) summary = summary with { Reason = EndReason(terminated) };
            else if (status.Flag("ready") && status.At("state.running") is not null)
            {
                running = true;
                summary = OneReady(summary);
            }
        }
        return summary.Reason == "Completed" && running
            ? summary with { Reason = IsTrue(pod, "Ready") ? "Running" : "NotReady" }
            : summary;
    }

    static string EndReason(JsonNode terminated) =>
        terminated.Text("reason") is { Length: > 0 } reason ? reason
        : terminated.Number("signal") is { } signal and not 0 ? $"Signal:{signal}"
        : $"ExitCode:{terminated.Number("exitCode") ?? 0}";

    static Summary OneReady(Summary summary) => summary with { Ready = summary.Ready + 1 };

    static Summary CountRestarts(Summary summary, JsonObject status)
    {
        var last = status.Time("lastState.terminated.finishedAt");
        return summary with
        {
            Restarts = summary.Restarts + (status.Number("restartCount") ?? 0),
            LastRestart = last is not null && (summary.LastRestart is null || last > summary.LastRestart) ? last : summary.LastRestart,
        };
    }

    static bool IsTrue(JsonObject pod, string condition) =>
        pod.Objects("status.conditions").Any(c => c.Text("type") == condition && c.Text("status") == "True");
}
