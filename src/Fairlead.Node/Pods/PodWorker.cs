using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Node.Cri;
using Fairlead.Node.Probes;
using Fairlead.Node.Volumes;

namespace Fairlead.Node.Pods;

/// <summary>
/// The one owner of a Pod on this node. A loop: observe, decide, act, until nothing is left to do; then write the status
/// and sleep until something happens. What happened is never told, only that something did.
/// </summary>
sealed class PodWorker : IDisposable
{
    static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500), LongestRetry = TimeSpan.FromSeconds(20);
    static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(5), LongestLook = TimeSpan.FromSeconds(1), LongestOom = TimeSpan.FromSeconds(2);
    const int MostRounds = 20;

    readonly NodeContext node;
    readonly PodExecutor executor;
    readonly PodCleaner cleaner;
    readonly PodStatusWriter writer;
    readonly PodProbes probes;
    readonly Channel<byte> wake = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Lock gate = new();
    // Containers and sandboxes whose end was told and is not in the runtime's record: when to look next, and until when.
    readonly Dictionary<string, (TimeSpan Pause, DateTimeOffset Until)> expectedExits = new(StringComparer.Ordinal);
    // Without a timer or a wait handle it holds nothing to dispose of, and updates may come late.
    readonly CancellationTokenSource podEnds = new();
    Pod pod;
    PodMemory memory = PodMemory.Empty;
    CancellationTokenSource? ending;
    bool removed;
    volatile PodObservation latest = PodObservation.Nothing;

    public PodWorker(NodeContext node, Pod pod)
    {
        this.node = node;
        this.pod = pod;
        executor = new(node, podEnds.Token);
        cleaner = new(node);
        writer = new(node.Client);
        probes = new(node, Wake);
    }

    /// <summary>The Pod as last known.</summary>
    public Pod Pod { get { lock (gate) return pod; } }

    /// <summary>What the runtime had of it when the worker last looked.</summary>
    public PodObservation Latest => latest;

    /// <summary>Looks again soon.</summary>
    public void Wake() => wake.Writer.TryWrite(0);

    /// <summary>Gives the worker a newer object. A deletion with less grace than before shortens a stop under way.</summary>
    public void Update(Pod newer)
    {
        lock (gate)
        {
            if (Revision(newer) < Revision(pod)) return;
            if (ending is not null && PodRules.Grace(newer) < PodRules.Grace(pod)) ending.Cancel();
            pod = newer;
        }
        if (PodRules.IsDeleted(newer)) podEnds.Cancel();
        Wake();
    }

    /// <summary>The object is gone from the API: what runs is ended at once, then all of it is taken away.</summary>
    public void Remove()
    {
        lock (gate)
        {
            removed = true;
            ending?.Cancel();
        }
        podEnds.Cancel();
        Wake();
    }

    /// <summary>
    /// The container has ended, or has run out of memory, which need not end it. The runtime's record is behind: by
    /// milliseconds, on a loaded machine by seconds, as containerd writes it when its shim has cleaned up.
    /// </summary>
    public void Told(ContainerEvent happened)
    {
        lock (gate)
        {
            if (happened.IsEnd) expectedExits[happened.ContainerId] = (FirstLook, DateTimeOffset.MaxValue);
            else expectedExits.TryAdd(happened.ContainerId, (FirstLook, node.Time.GetUtcNow() + LongestOom));
        }
        Wake();
    }

    /// <summary>Runs until the Pod is gone and cleaned up, or the agent stops; containers are left running then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var retry = FirstRetry;
        while (true)
        {
            TimeSpan again;
            try
            {
                if (await SyncAsync(cancellation).ConfigureAwait(false) is not { } time) return;
                again = time;
                retry = FirstRetry;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested) { throw; }
#pragma warning disable CA1031 // A reconcile loop: whatever went wrong with one Pod is tried again and must not end its worker.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (e is not (VolumeException or OperationCanceledException)) node.Log($"{PodRules.Key(Pod)}: {e.Message}");
                again = retry;
                retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
            }
            await WaitAsync(again, cancellation).ConfigureAwait(false);
        }
    }

    public void Dispose() => probes.Dispose();

    // Returns when to look again, or null when the Pod is no more.
    async Task<TimeSpan?> SyncAsync(CancellationToken cancellation)
    {
        Task early = Task.CompletedTask;
        for (var round = 0; round < MostRounds; round++)
        {
            var seen = await ObserveAsync(cancellation).ConfigureAwait(false);
            var current = Pod;
            if (IsRemoved)
            {
                await EndAsync(current, seen, cancellation).ConfigureAwait(false);
                await CleanAsync(current, cancellation).ConfigureAwait(false);
                return null;
            }
            var now = node.Time.GetUtcNow();
            var plan = PodActions.Compute(current, seen, memory, now);
            if (plan.End)
            {
                await early.ConfigureAwait(false);
                return await FinishAsync(current, seen, plan, cancellation).ConfigureAwait(false);
            }
            if (plan.CreateSandbox is null && plan.Start.Count == 0 && plan.Kill.Count == 0)
            {
                await early.ConfigureAwait(false);
                await RefreshVolumesAsync(current, cancellation).ConfigureAwait(false);
                await cleaner.TrimAsync(current.Metadata.Uid!, seen, cancellation).ConfigureAwait(false);
                if (!await WriteStatusAsync(current, seen, plan, cancellation).ConfigureAwait(false)) Remove();
                return Next(plan, seen, now);
            }
            // Says ContainerCreating while the sandbox is made, and must not hold it up.
            if (plan.CreateSandbox is not null && round == 0) early = WriteStatusAsync(current, seen, plan, cancellation);
            try { memory = await executor.CarryOutAsync(current, seen, plan, memory, cancellation).ConfigureAwait(false); }
            catch
            {
                await early.ConfigureAwait(false);
                throw;
            }
        }
        return FirstRetry;
    }

    async Task<PodObservation> ObserveAsync(CancellationToken cancellation)
    {
        var current = Pod;
        var seen = await node.Observer.ObserveAsync(current.Metadata.Uid!, cancellation).ConfigureAwait(false);
        latest = seen;
        if (PodRules.IsDeleted(current)) probes.Follow(current, PodObservation.Nothing);
        else probes.Follow(current, seen);
        memory = memory with { Probes = probes.Verdicts };
        return seen;
    }

    TimeSpan Next(PodPlan plan, PodObservation seen, DateTimeOffset now)
    {
        var next = plan.Again is { } again && again < node.Options.RelistInterval ? again : node.Options.RelistInterval;
        if (node.Tokens.NextRenewal(Pod.Metadata.Uid!) is { } renewal && renewal - now < next) next = renewal - now;
        lock (gate)
        {
            foreach (var (id, (pause, until)) in expectedExits.ToList())
            {
                if (until < now || !seen.IsUp(id))
                {
                    expectedExits.Remove(id);
                    continue;
                }
                expectedExits[id] = (pause * 2 < LongestLook ? pause * 2 : LongestLook, until);
                if (pause < next) next = pause;
            }
        }
        return next > TimeSpan.Zero ? next : TimeSpan.FromMilliseconds(1);
    }

    // The Pod has to end, or has ended. Returns null when nothing of it is left.
    async Task<TimeSpan?> FinishAsync(Pod current, PodObservation seen, PodPlan plan, CancellationToken cancellation)
    {
        if (!PodRules.IsTerminal(current) && !PodRules.IsDeleted(current) && PodActions.DeadlinePassed(current, node.Time.GetUtcNow()))
        {
            const string message = "Pod was active on the node longer than the specified deadline";
            if (memory.Ended is null) node.Events.Record(current, "Normal", "DeadlineExceeded", message);
            memory = memory with { Ended = new("DeadlineExceeded", message) };
        }
        await EndAsync(current, seen, cancellation).ConfigureAwait(false);
        seen = await ObserveAsync(cancellation).ConfigureAwait(false);
        if (seen.AnyRunning) return FirstRetry;
        current = Pod;
        if (!await WriteStatusAsync(current, seen, plan, cancellation).ConfigureAwait(false)) Remove();
        if (!PodRules.IsDeleted(current)) return node.Options.RelistInterval;
        var uid = new Preconditions { Uid = current.Metadata.Uid };
        await node.Client.DeleteAsync<Pod>(current.Metadata.Namespace, current.Metadata.Name!, new DeleteOptions { GracePeriodSeconds = 0, Preconditions = uid }, cancellation).ConfigureAwait(false);
        await CleanAsync(current, cancellation).ConfigureAwait(false);
        return null;
    }

    async Task EndAsync(Pod current, PodObservation seen, CancellationToken cancellation)
    {
        if (!seen.AnyRunning && seen.Sandboxes.All(s => !s.Ready)) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // A Pod taken out of the API by force leaves no time to its containers.
        TimeSpan grace;
        lock (gate)
        {
            grace = removed ? TimeSpan.Zero : PodRules.Grace(pod);
            ending = removed ? null : stop;
        }
        try { await executor.Killer.EndAsync(current, seen, grace, stop.Token).ConfigureAwait(false); }
        finally { lock (gate) ending = null; }
    }

    async Task CleanAsync(Pod current, CancellationToken cancellation)
    {
        probes.Dispose();
        var uid = current.Metadata.Uid!;
        var seen = await node.Observer.ObserveAsync(uid, cancellation).ConfigureAwait(false);
        await cleaner.RemoveAsync(current.Metadata.Namespace!, current.Metadata.Name!, uid, seen, cancellation).ConfigureAwait(false);
    }

    // What is made from ConfigMaps, Secrets and tokens follows them while containers run.
    async Task RefreshVolumesAsync(Pod current, CancellationToken cancellation)
    {
        if (current.Spec?.Volumes is not { Count: > 0 }) return;
        try { await node.Volumes.PrepareAsync(current, cancellation).ConfigureAwait(false); }
        catch (VolumeException e) { node.Events.Record(current, "Warning", "FailedMount", e.Message); }
    }

    // False when the object is gone.
    async Task<bool> WriteStatusAsync(Pod current, PodObservation seen, PodPlan plan, CancellationToken cancellation)
    {
        var now = node.Time.GetUtcNow();
        try
        {
            var written = await writer.WriteAsync(current, p => PodStatusBuilder.Build(p, seen, memory, plan, node.Options.NodeIps, now), cancellation).ConfigureAwait(false);
            if (written is null) return false;
            lock (gate) if (Revision(written) > Revision(pod)) pod = written;
        }
        catch (Exception e) when (e is ApiException or HttpRequestException or IOException)
        {
            // Containers do not wait for the API server; the status is written when it is back.
            node.Log($"{PodRules.Key(current)}: status: {e.Message}");
        }
        return true;
    }

    bool IsRemoved { get { lock (gate) return removed; } }

    async Task WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(atMost);
        try { await wake.Reader.ReadAsync(bounded.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { }
    }

    static ulong Revision(Pod pod) => ulong.TryParse(pod.Metadata.ResourceVersion, out var revision) ? revision : 0;
}
