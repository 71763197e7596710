namespace Fairlead.Scheduler.Plugins;

/// <summary>The node has left what the Pod asks for; among those, nodes with more left are better (LeastAllocated).</summary>
public sealed class NodeResourcesFit : IFilter, IScore
{
    public string? Refuse(PodToPlace pod, NodeState node)
    {
        if (node.Allocatable.Has("pods") && node.Pods.Count + 1 > node.Allocatable["pods"]) return "Too many pods";
        foreach (var (name, asked) in pod.Requested.All)
        {
            if (asked > 0 && asked > node.Allocatable[name] - node.Requested[name]) return $"Insufficient {name}";
        }
        return null;
    }

    public int Score(PodToPlace pod, NodeState node, ClusterState cluster) => (Left("cpu", pod, node) + Left("memory", pod, node)) / 2;

    static int Left(string name, PodToPlace pod, NodeState node)
    {
        var total = node.Allocatable[name];
        return total == 0 ? 0 : (int)Math.Clamp((total - node.Requested[name] - pod.Requested[name]) * 100 / total, 0, 100);
    }
}
