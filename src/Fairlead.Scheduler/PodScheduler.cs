using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Events;
using Fairlead.Json;

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

    // Bindings and reports under way at most: more would only wait in the API server.
    const int Writes = 64;

    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    readonly Channel<Action> changes = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    readonly ClusterState cluster = new();
    readonly PendingPods pending = new();
    readonly Placement placement = new(random);
    readonly EventRecorder events = new(client, time);
    readonly SemaphoreSlim writing = new(Writes);
    Informer<Pod>? pods;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var informers = new InformerSet(client, log);
        pods = informers.Of<Pod>();
        pods.OnChange((old, now) => changes.Writer.TryWrite(() => PodChanged(old, now)));
        informers.Of<Node>().OnChange((old, now) => changes.Writer.TryWrite(() => NodeChanged(old, now)));
        var watching = informers.RunAsync(cancellation);
        await Task.WhenAny(watching, informers.Synced).ConfigureAwait(false);
        await Task.WhenAll(watching, events.RunAsync(cancellation), LoopAsync(cancellation)).ConfigureAwait(false);
    }

    public void Dispose() => writing.Dispose();

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
        else if (!IsOurs(now))
        {
            pending.Remove(key);
        }
        else if (old is null || WishChanged(old, now))
        {
            pending.Put(now);
        }
        else
        {
            pending.Refresh(now);
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
            if (Condition(pod.Pod)?.Message == reason) return;
            await writing.WaitAsync(cancellation).ConfigureAwait(false);
            _ = ReportAsync(pod.Pod, reason, cancellation);
            return;
        }
        pending.Remove(pod.Key);
        cluster.Place(pod, node);
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
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
            events.Record(pod.Pod, Name, "Normal", "Scheduled", $"Successfully assigned {pod.Key} to {node}");
        }
        catch (Exception e) when (e is ApiException or HttpRequestException)
        {
            log($"scheduler: bind {pod.Key} to {node}: {e.Message}");
            // Room is made at once; the Pod itself waits a moment, so that a lasting refusal is not asked for without end.
            changes.Writer.TryWrite(() => TakeBack(pod));
            _ = RetryLaterAsync(pod, cancellation);
        }
        catch (OperationCanceledException) { }
        finally { writing.Release(); }
    }

    // If the watch knows the Pod's node already, the binding took place after all.
    void TakeBack(PodToPlace pod)
    {
        if (pods!.Get(pod.Key)?.Spec?.NodeName is not { Length: > 0 }) cluster.Remove(pod.Key);
    }

    async Task RetryLaterAsync(PodToPlace pod, CancellationToken cancellation)
    {
        try { await Task.Delay(RetryAfter, time, cancellation).ConfigureAwait(false); }
        catch (OperationCanceledException) { return; }
        changes.Writer.TryWrite(() =>
        {
            if (pods!.Get(pod.Key) is { } now && now.Spec?.NodeName is not { Length: > 0 } && IsOurs(now)) pending.Put(now);
        });
    }

    static PodCondition? Condition(Pod pod) => pod.Status?.Conditions?.FirstOrDefault(c => c is { Type: "PodScheduled", Status: "False" });

    async Task ReportAsync(Pod pod, string reason, CancellationToken cancellation)
    {
        var condition = new PodCondition
        {
            Type = "PodScheduled",
            Status = "False",
            Reason = "Unschedulable",
            Message = reason,
            LastTransitionTime = Condition(pod)?.LastTransitionTime ?? time.GetUtcNow(),
        };
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = pod.Metadata.Uid },
            ["status"] = new JsonObject { ["conditions"] = new JsonArray(JsonNode.Parse(ApiJson.Write(condition))) },
        };
        try
        {
            await client.StrategicPatchAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, patch, "status", cancellation).ConfigureAwait(false);
            events.Record(pod, Name, "Warning", "FailedScheduling", reason);
        }
        catch (Exception e) when (e is ApiException or HttpRequestException)
        {
            if (e is not ApiException { IsConflict: true } and not ApiException { IsNotFound: true }) log($"scheduler: report {ObjectKey.Of(pod)}: {e.Message}");
        }
        catch (OperationCanceledException) { }
        finally { writing.Release(); }
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
