using Fairlead.Api.Core.V1;
using Fairlead.Node.Cri;
using Fairlead.Node.Events;
using Fairlead.Node.Pods;
using Container = Fairlead.Api.Core.V1.Container;

namespace Fairlead.Node.Probes;

/// <summary>
/// Probes one running container until it is told to stop: the startup probe first, then readiness and liveness beside
/// each other. The verdict changes only when a threshold is reached.
/// </summary>
sealed class ContainerProbes : IDisposable
{
    readonly CriRuntime runtime;
    readonly KubeletEvents events;
    readonly TimeProvider time;
    readonly Pod pod;
    readonly Container container;
    readonly SeenContainer seen;
    readonly IReadOnlyList<string> addresses;
    readonly Action changed;
    readonly CancellationTokenSource stop = new();
    readonly Lock gate = new();
    ProbeVerdict verdict = ProbeVerdict.None;

    /// <param name="changed">Called after the verdict changed.</param>
    public ContainerProbes(NodeContext node, Pod pod, Container container, SeenContainer seen, IReadOnlyList<string> addresses, Action changed)
    {
        (runtime, events, time) = (node.Runtime, node.Events, node.Time);
        (this.pod, this.container, this.seen, this.addresses, this.changed) = (pod, container, seen, addresses, changed);
        verdict = Remembered(pod, seen);
        _ = RunAsync(stop.Token);
    }

    public ProbeVerdict Verdict { get { lock (gate) return verdict; } }

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    // An agent that comes back believes what it wrote of the same container: one that was ready takes its traffic on
    // until a probe says otherwise.
    static ProbeVerdict Remembered(Pod pod, SeenContainer seen)
    {
        var status = (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? [])
            .FirstOrDefault(s => s.ContainerID == "containerd://" + seen.Id);
        return ProbeVerdict.None with { Startup = status?.Started == true ? true : null, Readiness = status?.Ready == true ? true : null };
    }

    async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            if (container.StartupProbe is { } startup && Verdict.Startup != true)
                await LoopAsync(startup, "Startup", untilSuccess: true, (v, ok, text) => ok ? v with { Startup = true } : v with { StartupFailure = text }, cancellation).ConfigureAwait(false);
            await Task.WhenAll(
                container.ReadinessProbe is { } readiness
                    ? LoopAsync(readiness, "Readiness", false, (v, ok, _) => v with { Readiness = ok }, cancellation) : Task.CompletedTask,
                container.LivenessProbe is { } liveness
                    ? LoopAsync(liveness, "Liveness", false, (v, ok, text) => v with { LivenessFailure = ok ? null : text }, cancellation) : Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException) { }
    }

    async Task LoopAsync(
        Probe probe, string kind, bool untilSuccess, Func<ProbeVerdict, bool, string?, ProbeVerdict> change, CancellationToken cancellation)
    {
        var period = TimeSpan.FromSeconds(probe.PeriodSeconds ?? 10);
        var due = (seen.StartedAt ?? time.GetUtcNow()) + TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0) - time.GetUtcNow();
        if (due > TimeSpan.Zero) await Task.Delay(due, time, cancellation).ConfigureAwait(false);
        var count = new ProbeCounter(probe.SuccessThreshold ?? 1, probe.FailureThreshold ?? 3);
        while (true)
        {
            var result = await OnceAsync(probe, cancellation).ConfigureAwait(false);
            if (!result.IsSuccess) events.Record(pod, container, "Warning", "Unhealthy", $"{kind} probe failed: {result.Failure}");
            if (count.Add(result.IsSuccess) is { } reached)
            {
                Apply(change, reached, result.Failure);
                // A container that is to be restarted is not probed on.
                if (untilSuccess && reached) return;
                if (!reached && kind != "Readiness") await Task.Delay(Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false);
            }
            await Task.Delay(period, time, cancellation).ConfigureAwait(false);
        }
    }

    void Apply(Func<ProbeVerdict, bool, string?, ProbeVerdict> change, bool success, string? failure)
    {
        lock (gate)
        {
            var next = change(verdict, success, failure);
            if (next == verdict) return;
            verdict = next;
        }
        changed();
    }

    async Task<ProbeResult> OnceAsync(Probe probe, CancellationToken cancellation)
    {
        var timeout = TimeSpan.FromSeconds(probe.TimeoutSeconds ?? 1);
        if (probe.HttpGet is { } http) return await NetworkProbes.HttpAsync(http, container, addresses, timeout, cancellation).ConfigureAwait(false);
        if (probe.TcpSocket is { } tcp) return await NetworkProbes.TcpAsync(tcp, container, addresses, timeout, cancellation).ConfigureAwait(false);
        if (probe.Grpc is { } grpc) return await NetworkProbes.GrpcAsync(grpc, addresses, timeout, cancellation).ConfigureAwait(false);
        try
        {
            var answer = await runtime.ExecSyncAsync(seen.Id, probe.Exec?.Command ?? [], timeout, cancellation).ConfigureAwait(false);
            return answer.ExitCode == 0 ? ProbeResult.Success : new((answer.Stdout.ToStringUtf8() + answer.Stderr.ToStringUtf8()).TrimEnd());
        }
        catch (CriException e) when (e.IsDeadlineExceeded) { return new($"command timed out: \"{string.Join(' ', probe.Exec?.Command ?? [])}\" timed out after {timeout.TotalSeconds}s"); }
        catch (Exception e) when (e is CriException or HttpRequestException) { return new(e.Message); }
    }
}
