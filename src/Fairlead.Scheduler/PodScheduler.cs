using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Events;

namespace Fairlead.Scheduler;

/// <summary>
/// Places Pods. One loop owns the state and decides, Pod after Pod, without waiting; bindings go out beside it, and a
/// binding that fails is taken back.
/// </summary>
/// <remarks>
/// <code>
/// Pods, Nodes ─watch─▶ changes (channel) ─▶ loop: ClusterState, PendingPods ─▶ Placement ─▶ pods/binding
///                                            ▲                                               │ refused
///                                            └───────────────────────────────────────────────┘
/// </code>
/// </remarks>
public sealed class PodScheduler(KubeClient client, TimeProvider time, Random random, Action<string> log) : IDisposable
{
    const string Name = "default-scheduler";

    // Bindings under way at most: more would only wait in the API server.
    const int Bindings = 64;

    readonly Channel<Action> changes = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    readonly ClusterState cluster = new();
    readonly PendingPods pending = new();
    readonly Placement placement = new(random);
    readonly EventRecorder events = new(client, time);
    readonly SemaphoreSlim binding = new(Bindings);
    Informer<Pod>? pods;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var informers = new InformerSet(client);
        pods = informers.Of<Pod>();
        pods.OnChange((old, now) => changes.Writer.TryWrite(() => PodChanged(old, now)));
        informers.Of<Node>().OnChange((old, now) => changes.Writer.TryWrite(() => NodeChanged(old, now)));
        var watching = informers.RunAsync(cancellation);
        await Task.WhenAny(watching, informers.Synced).ConfigureAwait(false);
        await Task.WhenAll(watching, LoopAsync(cancellation)).ConfigureAwait(false);
    }

    public void Dispose() => binding.Dispose();

    async Task LoopAsync(CancellationToken cancellation)
    {
        while (true)
        {
            while (changes.Reader.TryRead(out var change)) change();
            if (!pending.TryTake(out var pod))
            {
                await changes.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false);
                continue;
            }
            await PlaceAsync(new PodToPlace(pod), cancellation).ConfigureAwait(false);
        }
    }

    void PodChanged(Pod? old, Pod? now)
    {
        var key = ObjectKey.Of((now ?? old)!);
        if (now is null || now.Status?.Phase is "Succeeded" or "Failed")
        {
            cluster.Remove(key);
            pending.Remove(key);
            if (old?.Spec?.NodeName is { Length: > 0 }) pending.RetryAll();
        }
        else if (now.Spec?.NodeName is { Length: > 0 } node)
        {
            pending.Remove(key);
            cluster.Place(new PodToPlace(now), node);
        }
        else if (IsOurs(now) && (old is null || WishChanged(old, now)))
        {
            pending.Put(now);
        }
    }

    void NodeChanged(Node? old, Node? now)
    {
        if (now is null) cluster.RemoveNode(old!.Metadata.Name!);
        else cluster.Put(now);
        if (now is not null && (old is null || !SameForPlacement(old, now))) pending.RetryAll();
    }

    async Task PlaceAsync(PodToPlace pod, CancellationToken cancellation)
    {
        var (node, reason) = placement.Choose(pod, cluster);
        if (node is null)
        {
            await ReportAsync(pod.Pod, reason, cancellation).ConfigureAwait(false);
            return;
        }
        pending.Remove(pod.Key);
        cluster.Place(pod, node);
        await binding.WaitAsync(cancellation).ConfigureAwait(false);
        _ = BindAsync(pod, node, cancellation);
    }

    async Task BindAsync(PodToPlace pod, string node, CancellationToken cancellation)
    {
        try
        {
            var wish = new Binding
            {
                Metadata = new ObjectMeta { Name = pod.Key.Name, Namespace = pod.Key.Namespace, Uid = pod.Pod.Metadata.Uid },
                Target = new ObjectReference { ApiVersion = "v1", Kind = "Node", Name = node },
            };
            var path = KubeClient.ObjectPath<Pod>(pod.Key.Namespace, pod.Key.Name) + "/binding";
            var body = ApiJson.Write(KindOf<Binding>.Stamp(wish));
            await client.RawAsync(new ApiRequest("POST", path, "application/json", body), cancellation).ConfigureAwait(false);
            await events.RecordAsync(pod.Pod, Name, "Normal", "Scheduled", $"Successfully assigned {pod.Key} to {node}", cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ApiException or HttpRequestException)
        {
            log($"scheduler: bind {pod.Key} to {node}: {e.Message}");
            changes.Writer.TryWrite(() => TakeBack(pod));
        }
        catch (OperationCanceledException) { }
        finally { binding.Release(); }
    }

    // If the Pod still is there without a node, it is tried again; if the watch knows better, nothing is lost.
    void TakeBack(PodToPlace pod)
    {
        if (pods!.Get(pod.Key) is { } now && now.Spec?.NodeName is not { Length: > 0 })
        {
            cluster.Remove(pod.Key);
            pending.Put(now);
        }
    }

    async Task ReportAsync(Pod pod, string reason, CancellationToken cancellation)
    {
        var before = pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "PodScheduled");
        if (before is { Status: "False" } && before.Message == reason) return;
        var condition = new PodCondition
        {
            Type = "PodScheduled",
            Status = "False",
            Reason = "Unschedulable",
            Message = reason,
            LastTransitionTime = before?.Status == "False" ? before.LastTransitionTime : time.GetUtcNow(),
        };
        var conditions = (pod.Status?.Conditions ?? []).Where(c => c.Type != "PodScheduled").Append(condition).ToList();
        try
        {
            await client.UpdateStatusAsync(pod with { Status = (pod.Status ?? new()) with { Conditions = conditions } }, cancellation).ConfigureAwait(false);
            await events.RecordAsync(pod, Name, "Warning", "FailedScheduling", reason, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ApiException or HttpRequestException)
        {
            if (e is not ApiException { IsConflict: true } and not ApiException { IsNotFound: true }) log($"scheduler: report {ObjectKey.Of(pod)}: {e.Message}");
        }
    }

    static bool IsOurs(Pod pod) =>
        pod.Metadata.DeletionTimestamp is null && (pod.Spec?.SchedulerName ?? Name) == Name && pod.Spec?.SchedulingGates is not { Count: > 0 };

    // The scheduler's own status write must not bring the Pod straight back.
    static bool WishChanged(Pod old, Pod now) => old.Metadata.Generation != now.Metadata.Generation
        || old.Spec?.SchedulingGates?.Count != now.Spec?.SchedulingGates?.Count
        || old.Spec?.Tolerations?.Count != now.Spec?.Tolerations?.Count;

    // A node's heart-beats change its status without changing what fits on it.
    static bool SameForPlacement(Node old, Node now) =>
        (old.Spec?.Unschedulable ?? false) == (now.Spec?.Unschedulable ?? false)
        && (old.Spec?.Taints ?? []).SequenceEqual(now.Spec?.Taints ?? [])
        && Same(old.Metadata.Labels, now.Metadata.Labels)
        && Same(old.Status?.Allocatable, now.Status?.Allocatable);

    static bool Same<T>(IReadOnlyDictionary<string, T>? a, IReadOnlyDictionary<string, T>? b) =>
        (a?.Count ?? 0) == (b?.Count ?? 0)
        && (a is null || a.All(x => b!.TryGetValue(x.Key, out var value) && EqualityComparer<T>.Default.Equals(value, x.Value)));
}
