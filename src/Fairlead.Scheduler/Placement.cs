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

    // In this order: a node counts with the reasons of the first filter that refuses it.
    static readonly IFilter[] Filters = [new NodeUnschedulable(), Taints, Affinity, new NodePorts(), Fit];
    static readonly IScore[] Scores = [Taints, Affinity, new OwnerSpread(), Fit];

    /// <summary>The node's name, or why there is none in the words of a FailedScheduling event.</summary>
    public (string? Node, string Reason) Choose(PodToPlace pod, ClusterState cluster)
    {
        var refusals = new List<Refusal>();
        var fitting = new List<NodeState>();
        foreach (var node in cluster.Nodes)
        {
            if (FirstRefusal(pod, node) is { } refusal) refusals.Add(refusal);
            else fitting.Add(node);
        }
        return fitting.Count > 0 ? (Best(pod, fitting), "") : (null, Explain(refusals));
    }

    string Best(PodToPlace pod, List<NodeState> fitting)
    {
        if (fitting.Count == 1) return fitting[0].Name;
        Span<int> totals = new int[fitting.Count];
        Span<int> scores = new int[fitting.Count];
        foreach (var plugin in Scores)
        {
            for (var i = 0; i < scores.Length; i++) scores[i] = plugin.Score(pod, fitting[i]);
            plugin.Normalize(scores);
            for (var i = 0; i < scores.Length; i++) totals[i] += plugin.Weight * scores[i];
        }
        var best = new List<int>();
        for (var i = 0; i < totals.Length; i++)
        {
            if (best.Count > 0 && totals[i] < totals[best[0]]) continue;
            if (best.Count > 0 && totals[i] > totals[best[0]]) best.Clear();
            best.Add(i);
        }
        return fitting[best[random.Next(best.Count)]].Name;
    }

    /// <summary>Upstream's words: the reasons with their numbers of nodes, and what making room could do.</summary>
    static string Explain(List<Refusal> refusals)
    {
        if (refusals.Count == 0) return "no nodes available to schedule pods";
        var available = $"0/{refusals.Count} nodes are available:";
        return $"{available} {Count(refusals.SelectMany(r => r.Reasons))}. preemption: {available} "
            + Count(refusals.Select(r => r.Resolvable ? "No preemption victims found for incoming pod" : "Preemption is not helpful for scheduling")) + ".";
    }

    static string Count(IEnumerable<string> reasons) =>
        string.Join(", ", reasons.CountBy(r => r).Select(r => $"{r.Value} {r.Key}").Order(StringComparer.Ordinal));

    static Refusal? FirstRefusal(PodToPlace pod, NodeState node)
    {
        foreach (var filter in Filters)
        {
            if (filter.Refuse(pod, node) is { } refusal) return refusal;
        }
        return null;
    }
}
