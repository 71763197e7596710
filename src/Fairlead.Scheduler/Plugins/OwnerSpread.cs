namespace Fairlead.Scheduler.Plugins;

/// <summary>Spreads the Pods of one owner: the node with the fewest of them is best.</summary>
public sealed class OwnerSpread : IScore
{
    public int Weight => 4;

    public int Score(PodToPlace pod, NodeState node, ClusterState cluster)
    {
        if (pod.Owner is null) return 0;
        var most = cluster.Nodes.Max(Count);
        return most == 0 ? 100 : 100 * (most - Count(node)) / most;

        int Count(NodeState n) => n.Pods.Count(p => p.Owner == pod.Owner && p.Pod.Metadata.DeletionTimestamp is null);
    }
}
