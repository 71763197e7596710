using Fairlead.Api.Core.V1;
using Fairlead.Client;

namespace Fairlead.Scheduler;

/// <summary>A node with the Pods that are on it, or are about to be.</summary>
public sealed class NodeState(string name)
{
    readonly Dictionary<ObjectKey, PodToPlace> pods = [];
    readonly Dictionary<string, int> owners = [];

    public string Name => name;

    /// <summary>Null while Pods name a node that is not known.</summary>
    public Node? Node { get; private set; }
    public ResourceAmounts Allocatable { get; private set; } = new();
    public ResourceAmounts Requested { get; } = new();

    /// <summary>The same for scores: containers that ask for nothing count a little.</summary>
    public ResourceAmounts Weighed { get; } = new();
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
        Count(pod, 1);
    }

    public void Remove(ObjectKey key)
    {
        if (pods.Remove(key, out var pod)) Count(pod, -1);
    }

    /// <summary>How many Pods of the owner are here.</summary>
    public int PodsOf(string owner) => owners.GetValueOrDefault(owner);

    void Count(PodToPlace pod, int sign)
    {
        Requested.Add(pod.Requested, sign);
        Weighed.Add(pod.Weighed, sign);
        if (pod.Owner is not { } owner) return;
        var left = owners.GetValueOrDefault(owner) + sign;
        if (left == 0) owners.Remove(owner);
        else owners[owner] = left;
    }
}
