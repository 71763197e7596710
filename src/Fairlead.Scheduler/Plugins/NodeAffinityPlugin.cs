using Fairlead.Api.Core.V1;

namespace Fairlead.Scheduler.Plugins;

/// <summary>nodeSelector and node affinity: required terms filter, preferred terms score.</summary>
public sealed class NodeAffinityPlugin : IFilter, IScore
{
    public int Weight => 2;

    public Refusal? Refuse(PodToPlace pod, NodeState node)
    {
        var labels = node.Node!.Metadata.Labels ?? new Dictionary<string, string>();
        var selector = pod.Pod.Spec?.NodeSelector ?? new Dictionary<string, string>();
        var terms = pod.Pod.Spec?.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms;
        var fits = selector.All(s => labels.TryGetValue(s.Key, out var value) && value == s.Value)
            && (terms is null || terms.Any(t => Matches(t, labels, node.Name)));
        return fits ? null : new(Resolvable: false, "node(s) didn't match Pod's node affinity/selector");
    }

    public int Score(PodToPlace pod, NodeState node)
    {
        var preferred = pod.Pod.Spec?.Affinity?.NodeAffinity?.PreferredDuringSchedulingIgnoredDuringExecution ?? [];
        var labels = node.Node!.Metadata.Labels ?? new Dictionary<string, string>();
        return preferred.Where(p => p.Preference is { } term && Matches(term, labels, node.Name)).Sum(p => p.Weight);
    }

    public void Normalize(Span<int> scores) => Scores.ToShares(scores, lessIsBetter: false);

    static bool Matches(NodeSelectorTerm term, IReadOnlyDictionary<string, string> labels, string name)
    {
        var expressions = term.MatchExpressions ?? [];
        var fields = term.MatchFields ?? [];
        if (expressions.Count == 0 && fields.Count == 0) return false;
        return expressions.All(e => Matches(e, labels.GetValueOrDefault(e.Key!)))
            && fields.All(f => f.Key == "metadata.name" && Matches(f, name));
    }

    static bool Matches(NodeSelectorRequirement requirement, string? value) => requirement.Operator switch
    {
        "In" => value is not null && requirement.Values?.Contains(value) == true,
        "NotIn" => value is null || requirement.Values?.Contains(value) != true,
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        "Gt" => Compare(requirement, value) > 0,
        "Lt" => Compare(requirement, value) < 0,
        _ => false,
    };

    static int Compare(NodeSelectorRequirement requirement, string? value) =>
        long.TryParse(value, out var have) && requirement.Values is [var text] && long.TryParse(text, out var want) ? have.CompareTo(want) : 0;
}
