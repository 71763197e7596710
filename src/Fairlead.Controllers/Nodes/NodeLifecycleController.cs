using System.Collections.Concurrent;
using Fairlead.Api.Coordination.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;
using Fairlead.Controllers.Pods;

namespace Fairlead.Controllers.Nodes;

/// <summary>
/// Watches over the nodes: one whose lease is no longer renewed becomes not ready and is tainted; Pods that do not
/// tolerate the taint, or no longer, are deleted; Pods of a node that is not ready stop being ready.
/// </summary>
public sealed class NodeLifecycleController : IController
{
    const string LeaseNamespace = "kube-node-lease";
    static readonly TimeSpan MonitorPeriod = TimeSpan.FromSeconds(5);

    readonly ControllerContext context;
    readonly Informer<Node> nodes;
    readonly Informer<Lease> leases;
    readonly InformerIndex<Pod> podsByNode;

    // When this process last saw the node's lease change: its own clock, so that clocks of nodes need not agree.
    readonly ConcurrentDictionary<string, (string? Version, DateTimeOffset At)> renewed = new();

    // When this process first saw a node's NoExecute taints that do not say themselves when they were added: kubectl's do not.
    readonly ConcurrentDictionary<string, IReadOnlyList<Taint>> tainted = new();

    public NodeLifecycleController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        nodes = context.Informers.Of<Node>();
        leases = context.Informers.Of<Lease>();
        podsByNode = context.Informers.Of<Pod>().AddIndex(p => p.Spec?.NodeName is { Length: > 0 } node ? [node] : []);
        nodes.OnChange(NodeChanged);
        leases.OnChange((_, now) => { if (now?.Metadata.Namespace == LeaseNamespace) Renewed(now); });
    }

    public string Name => "node-lifecycle-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    void NodeChanged(Node? old, Node? now)
    {
        // A kubelet that still reports its status is alive, whatever its lease says.
        if (now is not null && NodeHealth.Ready(now)?.LastHeartbeatTime is { } heartbeat && NodeHealth.Ready(now)?.Status != "Unknown"
            && (old is null || NodeHealth.Ready(old)?.LastHeartbeatTime != heartbeat))
            renewed[now.Metadata.Name!] = (null, context.Time.GetUtcNow());
        Queue.Add(ObjectKey.Of((now ?? old)!));
    }

    void Renewed(Lease lease)
    {
        var node = lease.Metadata.Name!;
        renewed[node] = (lease.Metadata.ResourceVersion, context.Time.GetUtcNow());
        // Only a node that was lost has something to gain from a renewed lease.
        if (nodes.Get(new("", node)) is { } known && NodeHealth.Ready(known)?.Status == "Unknown") Queue.Add(new("", node));
    }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (nodes.Get(key) is not { } node)
        {
            renewed.TryRemove(key.Name, out _);
            tainted.TryRemove(key.Name, out _);
            await DeletePodsOfGoneNodeAsync(key.Name, cancellation).ConfigureAwait(false);
            return null;
        }
        var now = context.Time.GetUtcNow();
        var seen = renewed.GetOrAdd(key.Name, (null, now)).At;
        if (now - seen >= context.Options.NodeMonitorGracePeriod && NodeHealth.Ready(node)?.Status != "Unknown")
        {
            node = await context.Client.UpdateStatusAsync(NodeHealth.Lost(node, now), cancellation).ConfigureAwait(false);
            context.Events.Record(node, "node-controller", "Normal", "NodeNotReady", $"Node {key.Name} status is now: NodeNotReady");
        }
        node = await WriteTaintsAsync(node, now, cancellation).ConfigureAwait(false);
        var next = await EvictAsync(node, now, cancellation).ConfigureAwait(false);
        // A kubelet that is alive says itself which of its Pods are ready.
        if (NodeHealth.Ready(node)?.Status == "Unknown") await MarkPodsNotReadyAsync(node, now, cancellation).ConfigureAwait(false);
        return next is { } wait && wait < MonitorPeriod ? wait : MonitorPeriod;
    }

    async Task<Node> WriteTaintsAsync(Node node, DateTimeOffset now, CancellationToken cancellation)
    {
        var taints = NodeHealth.Taints(node, now);
        if ((node.Spec?.Taints ?? []).Select(Identity).SequenceEqual(taints.Select(Identity))) return node;
        return await context.Client.UpdateAsync(node with { Spec = (node.Spec ?? new()) with { Taints = taints.Count == 0 ? null : taints } }, cancellation).ConfigureAwait(false);
    }

    static (string?, string?, string?) Identity(Taint taint) => (taint.Key, taint.Value, taint.Effect);

    /// <summary>Deletes what does not tolerate the node's NoExecute taints; returns when the next toleration ends.</summary>
    async Task<TimeSpan?> EvictAsync(Node node, DateTimeOffset now, CancellationToken cancellation)
    {
        var known = tainted.GetValueOrDefault(node.Metadata.Name!, []);
        var taints = (node.Spec?.Taints ?? []).Where(t => t.Effect == "NoExecute")
            .Select(t => t.TimeAdded is not null ? t : known.FirstOrDefault(k => Identity(k) == Identity(t)) ?? t with { TimeAdded = now }).ToList();
        tainted[node.Metadata.Name!] = taints;
        if (taints.Count == 0) return null;
        TimeSpan? next = null;
        foreach (var pod in podsByNode[node.Metadata.Name!])
        {
            if (!PodState.IsActive(pod) || Tolerations.Ends(pod, taints, now) is not { } end) continue;
            if (end <= now)
            {
                context.Events.Record(pod, "taint-eviction-controller", "Normal", "TaintManagerEviction", $"Marking for deletion Pod {ObjectKey.Of(pod)}");
                await context.Client.DeleteAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, new DeleteOptions { Preconditions = new() { Uid = pod.Metadata.Uid } }, cancellation).ConfigureAwait(false);
            }
            else if (next is null || end - now < next) next = end - now;
        }
        return next;
    }

    async Task MarkPodsNotReadyAsync(Node node, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var pod in podsByNode[node.Metadata.Name!].Where(p => PodState.IsReady(p)))
        {
            var conditions = pod.Status!.Conditions!.Select(c => c.Type == "Ready" ? c with { Status = "False", LastTransitionTime = now } : c).ToList();
            await context.Client.UpdateStatusAsync(pod with { Status = pod.Status with { Conditions = conditions } }, cancellation).ConfigureAwait(false);
            context.Events.Record(pod, "node-controller", "Warning", "NodeNotReady", "Node is not ready");
        }
    }

    // No kubelet will ever confirm these: they are removed at once.
    async Task DeletePodsOfGoneNodeAsync(string node, CancellationToken cancellation)
    {
        foreach (var pod in podsByNode[node])
        {
            await context.Client.DeleteAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, new DeleteOptions { GracePeriodSeconds = 0, Preconditions = new() { Uid = pod.Metadata.Uid } }, cancellation).ConfigureAwait(false);
        }
    }
}
