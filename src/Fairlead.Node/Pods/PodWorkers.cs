using System.Collections.Concurrent;
using Fairlead.Api.Core.V1;
using Fairlead.Client.Caching;
using Fairlead.Node.Configs;
using Fairlead.Node.Cri;

namespace Fairlead.Node.Pods;

/// <summary>
/// A worker for each Pod of the node: fed by the API's watch with objects and by the runtime's event stream with ends of
/// containers. Thread-safe.
/// </summary>
sealed class PodWorkers(NodeContext node, CancellationToken stop)
{
    static readonly TimeSpan Reconnect = TimeSpan.FromMilliseconds(200), Subscribed = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<string, PodWorker> workers = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Task> running = new(StringComparer.Ordinal);

    public IEnumerable<PodWorker> All => workers.Values;

    public PodWorker? Find(string ns, string name) =>
        workers.Values.FirstOrDefault(w => w.Pod.Metadata.Namespace == ns && w.Pod.Metadata.Name == name);

    /// <summary>For the informer of this node's Pods.</summary>
    public void OnChange(Pod? old, Pod? now)
    {
        // One name, another uid: the old Pod was deleted and a new one made between two looks.
        if (old is not null && old.Metadata.Uid != now?.Metadata.Uid && workers.TryGetValue(old.Metadata.Uid!, out var gone)) gone.Remove();
        if (now is null) return;
        if (workers.TryGetValue(now.Metadata.Uid!, out var worker)) worker.Update(now);
        else Start(now);
    }

    public void Wake(string podUid)
    {
        if (workers.TryGetValue(podUid, out var worker)) worker.Wake();
    }

    /// <summary>Ends what the runtime has of Pods that are not in the API: deleted by force while the agent was away.</summary>
    public async Task EndOrphansAsync(Informer<Pod> pods, CancellationToken cancellation)
    {
        var known = pods.List().Select(p => p.Metadata.Uid!).ToHashSet(StringComparer.Ordinal);
        var left = new Dictionary<string, Pod>(StringComparer.Ordinal);
        foreach (var sandbox in await node.Runtime.ListPodSandboxesAsync(null, cancellation).ConfigureAwait(false))
        {
            if (!sandbox.Labels.TryGetValue(PodLabels.PodUid, out var uid) || known.Contains(uid)) continue;
            left[uid] = new Pod { Metadata = new() { Name = sandbox.Metadata.Name, Namespace = sandbox.Metadata.Namespace, Uid = uid } };
        }
        foreach (var pod in left.Values) Start(pod).Remove();
        new PodCleaner(node).Sweep(known.Concat(left.Keys).Concat(workers.Keys).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>
    /// Follows the runtime's events until cancelled; at each new connection every Pod is looked at, and once more when the
    /// runtime has surely begun to tell: of an end between the two there is no event.
    /// </summary>
    public async Task FollowEventsAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                WakeAll();
                using var again = node.Time.CreateTimer(_ => WakeAll(), null, Subscribed, Timeout.InfiniteTimeSpan);
                await foreach (var happened in node.Runtime.TaskEventsAsync(cancellation).ConfigureAwait(false)) Tell(happened);
            }
            catch (Exception e) when (e is CriException or HttpRequestException or IOException) { node.Log($"container runtime events: {e.Message}"); }
            await Task.Delay(Reconnect, node.Time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for every worker to have stopped, after the token given at construction was cancelled.</summary>
    public Task WhenStopped() => Task.WhenAll(running.Values);

    // A container that no worker has seen yet may be one that was just started: all who are young look again.
    void Tell(ContainerEvent happened)
    {
        var container = happened.ContainerId;
        foreach (var worker in workers.Values)
        {
            if (worker.Latest.Containers.Any(c => c.Id == container) || worker.Latest.Sandboxes.Any(s => s.Id == container))
            {
                worker.Told(happened);
                return;
            }
        }
        foreach (var worker in workers.Values.Where(w => !PodRules.IsTerminal(w.Pod))) worker.Told(happened);
    }

    void WakeAll()
    {
        foreach (var worker in workers.Values) worker.Wake();
    }

    PodWorker Start(Pod pod)
    {
        var worker = new PodWorker(node, pod);
        workers[pod.Metadata.Uid!] = worker;
        running[pod.Metadata.Uid!] = Task.Run(() => RunAsync(pod.Metadata.Uid!, worker), CancellationToken.None);
        return worker;
    }

    async Task RunAsync(string uid, PodWorker worker)
    {
        try { await worker.RunAsync(stop).ConfigureAwait(false); }
        catch (OperationCanceledException) { }
        finally
        {
            worker.Dispose();
            workers.TryRemove(uid, out _);
            running.TryRemove(uid, out _);
        }
    }
}
