using Fairlead.Api.Core.V1;
using Fairlead.Client;

namespace Fairlead.Scheduler;

/// <summary>A node with the Pods that are on it, or are about to be.</summary>
public sealed class NodeState(string name)
{
    readonly Dictionary<ObjectKey, PodToPlace> pods = [];

    public string Name => name;

    /// <summary>Null while Pods name a node that is not known.</summary>
    public Node? Node { get; private set; }
    public ResourceAmounts Allocatable { get; private set; } = new();
    public ResourceAmounts Requested { get; } = new();
    public IReadOnlyCollection<PodToPlace> Pods => pods.Values;
    public IReadOnlyList<Taint> Taints => Node?.Spec?.Taints ?? [];

    public void Set(Node? node)
    {
        Node = node;
        Allocatable = ResourceAmounts.Of(node?.Status?.Allocatable ?? node?.Status?.Capacity);
    }

    public void Add(PodToPlace pod)
    {
        Remove(pod.Key);
        pods[pod.Key] = pod;
        Requested.Add(pod.Requested, 1);
    }

    public void Remove(ObjectKey key)
    {
        if (pods.Remove(key, out var pod)) Requested.Add(pod.Requested, -1);
    }
}
