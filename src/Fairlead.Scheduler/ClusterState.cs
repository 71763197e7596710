using Fairlead.Api.Core.V1;
using Fairlead.Client;

namespace Fairlead.Scheduler;

/// <summary>
/// The nodes and what runs on them, with Pods that were just placed already counted. Owned by the scheduler's loop; not
/// thread-safe.
/// </summary>
public sealed class ClusterState
{
    readonly Dictionary<string, NodeState> nodes = [];
    readonly Dictionary<ObjectKey, string> places = [];
    IReadOnlyList<NodeState>? ordered;

    /// <summary>The nodes that exist, in order of name.</summary>
    public IReadOnlyList<NodeState> Nodes => ordered ??= [.. nodes.Values.Where(n => n.Node is not null).OrderBy(n => n.Name, StringComparer.Ordinal)];

    public void Put(Node node)
    {
        var state = At(node.Metadata.Name!);
        if (state.Node is null) ordered = null;
        state.Set(node);
    }

    public void RemoveNode(string name)
    {
        ordered = null;
        if (nodes.TryGetValue(name, out var state)) state.Set(null);
    }

    /// <summary>Counts the Pod on the node, instead of wherever it was counted before.</summary>
    public void Place(PodToPlace pod, string node)
    {
        Remove(pod.Key);
        At(node).Add(pod);
        places[pod.Key] = node;
    }

    public void Remove(ObjectKey pod)
    {
        if (places.Remove(pod, out var node)) nodes[node].Remove(pod);
    }

    NodeState At(string name)
    {
        if (!nodes.TryGetValue(name, out var state)) nodes[name] = state = new NodeState(name);
        return state;
    }
}
