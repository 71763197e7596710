namespace Fairlead.Scheduler.Plugins;

/// <summary>Spreads the Pods of one owner: the node with the fewest of them is best.</summary>
public sealed class OwnerSpread : IScore
{
    public int Weight => 4;

    public int Score(PodToPlace pod, NodeState node) => pod.Owner is null ? 0 : node.PodsOf(pod.Owner);

    public void Normalize(Span<int> scores) => Scores.ToShares(scores, lessIsBetter: true);
}
