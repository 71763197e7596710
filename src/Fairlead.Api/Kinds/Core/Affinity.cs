using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Rules of attraction and avoidance that the scheduler follows for a Pod.</summary>
public sealed record Affinity
{
    /// <summary>Which nodes, by their labels, the Pod requires or prefers.</summary>
    [Proto(1)] public NodeAffinity? NodeAffinity { get; init; }

    /// <summary>Near which other Pods it is to run.</summary>
    [Proto(2)] public PodAffinity? PodAffinity { get; init; }

    /// <summary>Away from which other Pods it is to run.</summary>
    [Proto(3)] public PodAntiAffinity? PodAntiAffinity { get; init; }
}

/// <summary>Node labels that a Pod requires or prefers.</summary>
public sealed record NodeAffinity
{
    /// <summary>A node must match when the Pod is placed; a later change of its labels doesn't move the Pod.</summary>
    [Proto(1)] public NodeSelector? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }

    /// <summary>Preferences; of the possible nodes that with the highest sum of matched weights is preferred.</summary>
    [Atomic]
    [Proto(2)] public IReadOnlyList<PreferredSchedulingTerm>? PreferredDuringSchedulingIgnoredDuringExecution { get; init; }
}

/// <summary>A node selector term and what a match is worth. An empty term matches every node.</summary>
public sealed record PreferredSchedulingTerm
{
    /// <summary>What a match adds to the node's sum, 1 to 100.</summary>
    [Proto(1), Required, Zero] public int Weight { get; init; }

    /// <summary>The term that a node matches or not.</summary>
    [Proto(2), Required, Zero] public NodeSelectorTerm Preference { get; init; } = new();
}

/// <summary>A set of terms over nodes; a node is selected if at least one term matches.</summary>
[Atomic]
public sealed record NodeSelector
{
    /// <summary>The terms, of which one must match.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<NodeSelectorTerm> NodeSelectorTerms { get; init; } = [];
}

/// <summary>Requirements on a node that must all hold. A term without any matches no node.</summary>
[Atomic]
public sealed record NodeSelectorTerm
{
    /// <summary>Requirements on the node's labels.</summary>
    [Proto(1), Atomic] public IReadOnlyList<NodeSelectorRequirement>? MatchExpressions { get; init; }

    /// <summary>Requirements on the node's fields; metadata.name is the only one.</summary>
    [Proto(2), Atomic] public IReadOnlyList<NodeSelectorRequirement>? MatchFields { get; init; }
}

/// <summary>A requirement on one label or field of a node.</summary>
public sealed record NodeSelectorRequirement
{
    /// <summary>The label key or the field's path.</summary>
    [Proto(1), Required] public string Key { get; init; } = "";

    /// <summary>How the value relates to values: In, NotIn, Exists, DoesNotExist, Gt or Lt.</summary>
    [Proto(2), Required, Values("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")] public string Operator { get; init; } = "";

    /// <summary>At least one value for In and NotIn, none for Exists and DoesNotExist, exactly one integer for Gt and Lt.</summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? Values { get; init; }
}

/// <summary>Near which Pods a Pod requires or prefers to run.</summary>
public sealed record PodAffinity
{
    /// <summary>All terms must be met when the Pod is placed; later changes don't move it.</summary>
    [Proto(1), Atomic] public IReadOnlyList<PodAffinityTerm>? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }

    /// <summary>Preferences; of the possible nodes that with the highest sum of matched weights is preferred.</summary>
    [Atomic]
    [Proto(2)] public IReadOnlyList<WeightedPodAffinityTerm>? PreferredDuringSchedulingIgnoredDuringExecution { get; init; }
}

/// <summary>Away from which Pods a Pod requires or prefers to run.</summary>
public sealed record PodAntiAffinity
{
    /// <summary>No term may be matched where the Pod is placed; later changes don't move it.</summary>
    [Proto(1), Atomic] public IReadOnlyList<PodAffinityTerm>? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }

    /// <summary>Preferences; of the possible nodes that with the lowest sum of matched weights is preferred.</summary>
    [Atomic]
    [Proto(2)] public IReadOnlyList<WeightedPodAffinityTerm>? PreferredDuringSchedulingIgnoredDuringExecution { get; init; }
}

/// <summary>A pod affinity term and what it is worth.</summary>
public sealed record WeightedPodAffinityTerm
{
    /// <summary>What a match counts for, 1 to 100.</summary>
    [Proto(1), Required, Zero] public int Weight { get; init; }

    /// <summary>The term.</summary>
    [Proto(2), Required, Zero] public PodAffinityTerm PodAffinityTerm { get; init; } = new();
}

/// <summary>A set of Pods, and the node label that says what being near them means.</summary>
public sealed record PodAffinityTerm
{
    /// <summary>Which Pods, by their labels; absent matches none.</summary>
    [Proto(1)] public LabelSelector? LabelSelector { get; init; }

    /// <summary>
    /// Names of the namespaces in which the Pods are looked for, together with those of namespaceSelector. Neither
    /// means the Pod's own.
    /// </summary>
    [Proto(2), Atomic] public IReadOnlyList<string>? Namespaces { get; init; }

    /// <summary>The node label; nodes with the same value of it are near one another.</summary>
    [Proto(3), Required] public string TopologyKey { get; init; } = "";

    /// <summary>Namespaces, by their labels, in which the Pods are looked for. Empty selects all.</summary>
    [Proto(4)] public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Label keys whose values in the new Pod are added to the selector as key in (value).</summary>
    [Proto(5), Atomic] public IReadOnlyList<string>? MatchLabelKeys { get; init; }

    /// <summary>Label keys whose values in the new Pod are added to the selector as key notin (value).</summary>
    [Proto(6), Atomic] public IReadOnlyList<string>? MismatchLabelKeys { get; init; }
}
