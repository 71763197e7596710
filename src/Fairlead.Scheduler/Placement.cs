using Fairlead.Scheduler.Plugins;

namespace Fairlead.Scheduler;

/// <summary>
/// Chooses a node for a Pod: the filters say where it may run, the scores where it runs best. A new plug-in is a file
/// and a line here.
/// </summary>
/// <param name="random">Chooses among equally good nodes.</param>
public sealed class Placement(Random random)
{
    static readonly NodeResourcesFit Fit = new();
    static readonly TaintToleration Taints = new();
    static readonly NodeAffinityPlugin Affinity = new();

    static readonly IFilter[] Filters = [new NodeUnschedulable(), Affinity, Taints, new NodePorts(), Fit];
    static readonly IScore[] Scores = [Taints, Affinity, new OwnerSpread(), Fit];

    /// <summary>The node's name, or why there is none in the words of a FailedScheduling event.</summary>
    public (string? Node, string Reason) Choose(PodToPlace pod, ClusterState cluster)
    {
        var refusals = new Dictionary<string, int>();
        var best = new List<string>();
        var bestScore = int.MinValue;
        var count = 0;
        foreach (var node in cluster.Nodes)
        {
            count++;
            if (FirstRefusal(pod, node) is { } refusal)
            {
                refusals[refusal] = refusals.GetValueOrDefault(refusal) + 1;
                continue;
            }
            var score = Scores.Sum(s => s.Weight * s.Score(pod, node, cluster));
            if (score < bestScore) continue;
            if (score > bestScore) best.Clear();
            bestScore = score;
            best.Add(node.Name);
        }
        if (best.Count > 0) return (best[random.Next(best.Count)], "");
        if (count == 0) return (null, "no nodes available to schedule pods");
        var reasons = refusals.Select(r => $"{r.Value} {r.Key}").Order(StringComparer.Ordinal);
        return (null, $"0/{count} nodes are available: {string.Join(", ", reasons)}.");
    }

    static string? FirstRefusal(PodToPlace pod, NodeState node)
    {
        foreach (var filter in Filters)
        {
            if (filter.Refuse(pod, node) is { } refusal) return refusal;
        }
        return null;
    }
}
