namespace Fairlead.Scheduler.Plugins;

/// <summary>The node has left what the Pod asks for; among those, nodes with more left are better (LeastAllocated).</summary>
public sealed class NodeResourcesFit : IFilter, IScore
{
    public Refusal? Refuse(PodToPlace pod, NodeState node)
    {
        var reasons = new List<string>();
        var resolvable = true;
        // A node that does not say how many it takes takes none: it has not reported yet.
        if (node.Pods.Count + 1 > node.Allocatable["pods"]) reasons.Add("Too many pods");
        foreach (var (name, asked) in pod.Requested.All)
        {
            if (asked <= 0 || asked <= node.Allocatable[name] - node.Requested[name]) continue;
            reasons.Add($"Insufficient {name}");
            resolvable &= asked <= node.Allocatable[name];
        }
        return reasons.Count == 0 ? null : new(resolvable, reasons);
    }

    public int Score(PodToPlace pod, NodeState node) => (Left("cpu", pod, node) + Left("memory", pod, node)) / 2;

    static int Left(string name, PodToPlace pod, NodeState node)
    {
        var total = node.Allocatable[name];
        return total == 0 ? 0 : (int)Math.Clamp((total - node.Weighed[name] - pod.Weighed[name]) * 100 / total, 0, 100);
    }
}
