using Fairlead.Api.Core.V1;

namespace Fairlead.Scheduler.Plugins;

/// <summary>Keeps Pods away from nodes whose taints they don't tolerate; prefers nodes with fewer PreferNoSchedule taints.</summary>
public sealed class TaintToleration : IFilter, IScore
{
    public int Weight => 3;

    public Refusal? Refuse(PodToPlace pod, NodeState node)
    {
        var taint = node.Taints.FirstOrDefault(t => t.Effect is "NoSchedule" or "NoExecute" && !Tolerates(pod, t));
        return taint is null ? null : new(Resolvable: false, $"node(s) had untolerated taint {{{taint.Key}: {taint.Value}}}");
    }

    public int Score(PodToPlace pod, NodeState node) => node.Taints.Count(t => t.Effect == "PreferNoSchedule" && !Tolerates(pod, t));

    public void Normalize(Span<int> scores) => Scores.ToShares(scores, lessIsBetter: true);

    /// <summary>True if one of the Pod's tolerations matches the taint.</summary>
    public static bool Tolerates(PodToPlace pod, Taint taint) => (pod.Pod.Spec?.Tolerations ?? []).Any(t => Matches(t, taint));

    static bool Matches(Toleration toleration, Taint taint) =>
        (string.IsNullOrEmpty(toleration.Effect) || toleration.Effect == taint.Effect)
        && (string.IsNullOrEmpty(toleration.Key) ? toleration.Operator == "Exists" : toleration.Key == taint.Key)
        && (toleration.Operator == "Exists" || (toleration.Value ?? "") == (taint.Value ?? ""));
}
