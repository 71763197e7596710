using Fairlead.Api.Core.V1;
using Fairlead.Client;

namespace Fairlead.Scheduler;

/// <summary>Pods without a node: those to try next, by priority and age, and those that wait for the cluster to change. Not thread-safe.</summary>
public sealed class PendingPods
{
    readonly PriorityQueue<ObjectKey, (int, DateTimeOffset, long)> next = new();
    readonly Dictionary<ObjectKey, Pod> pods = [];
    readonly HashSet<ObjectKey> queued = [];
    long order;

    /// <summary>How many Pods have no node.</summary>
    public int Count => pods.Count;

    public bool HasNext => queued.Count > 0;

    public void Put(Pod pod)
    {
        var key = ObjectKey.Of(pod);
        pods[key] = pod;
        Enqueue(key, pod);
    }

    /// <summary>Takes note of the Pod's newer state without trying it again, if it is pending.</summary>
    public void Refresh(Pod pod)
    {
        var key = ObjectKey.Of(pod);
        if (pods.ContainsKey(key)) pods[key] = pod;
    }

    public void Remove(ObjectKey key)
    {
        pods.Remove(key);
        queued.Remove(key);
    }

    /// <summary>Takes the Pod to try next; it stays pending until removed.</summary>
    public bool TryTake(out Pod pod)
    {
        while (next.TryDequeue(out var key, out _))
        {
            if (queued.Remove(key) && pods.TryGetValue(key, out pod!)) return true;
        }
        pod = null!;
        return false;
    }

    /// <summary>The cluster has changed: every Pod may be tried again.</summary>
    public void RetryAll()
    {
        foreach (var (key, pod) in pods) Enqueue(key, pod);
    }

    void Enqueue(ObjectKey key, Pod pod)
    {
        if (queued.Add(key)) next.Enqueue(key, (-(pod.Spec?.Priority ?? 0), pod.Metadata.CreationTimestamp ?? default, order++));
    }
}
