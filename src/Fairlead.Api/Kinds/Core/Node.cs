using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A machine that runs Pods.</summary>
[Kind("", "v1", "nodes", Namespaced = false)]
public sealed record Node : KubeObject
{
    /// <summary>How the node is to be used.</summary>
    [Proto(2)] public NodeSpec? Spec { get; init; }

    /// <summary>What the node is and how it does, as its agent reports.</summary>
    [Proto(3)] public NodeStatus? Status { get; init; }
}

/// <summary>The desired state of a node.</summary>
public sealed record NodeSpec
{
    /// <summary>The range from which the node's Pods get addresses. It is set once.</summary>
    [Proto(1)] public string? PodCIDR { get; init; }

    /// <summary>All Pod ranges, at most one of each family; the first is podCIDR.</summary>
    [Proto(7), ListSet(PatchMerge = true)] public IReadOnlyList<string>? PodCIDRs { get; init; }

    /// <summary>The provider's name for the machine, as provider://id.</summary>
    [Proto(3)] public string? ProviderID { get; init; }

    /// <summary>True if no new Pod is to be scheduled here.</summary>
    [Proto(4)] public bool? Unschedulable { get; init; }

    /// <summary>Marks that keep Pods away that do not tolerate them.</summary>
    [Proto(5), Atomic] public IReadOnlyList<Taint>? Taints { get; init; }

    /// <summary>No longer used.</summary>
    [Proto(6)] public NodeConfigSource? ConfigSource { get; init; }

    /// <summary>No longer used; providerID took its place.</summary>
    [Proto(2)] public string? ExternalID { get; init; }
}

/// <summary>A mark on a node that acts on every Pod that does not tolerate it.</summary>
public sealed record Taint
{
    /// <summary>The taint's key, a label key.</summary>
    [Proto(1), Required] public string Key { get; init; } = "";

    /// <summary>The taint's value, a label value.</summary>
    [Proto(2)] public string? Value { get; init; }

    /// <summary>NoSchedule: no new Pods. PreferNoSchedule: rather no new Pods. NoExecute: running Pods must go as well.</summary>
    [Proto(3), Required, Values("NoSchedule", "PreferNoSchedule", "NoExecute")] public string Effect { get; init; } = "";

    /// <summary>When the taint was added; kept for NoExecute taints.</summary>
    [Proto(4)] public DateTimeOffset? TimeAdded { get; init; }
}

/// <summary>Where a node's configuration comes from. No longer used.</summary>
public sealed record NodeConfigSource
{
    /// <summary>A ConfigMap with the configuration.</summary>
    [Proto(2)] public ConfigMapNodeConfigSource? ConfigMap { get; init; }
}

/// <summary>A ConfigMap that holds a node's configuration. No longer used.</summary>
public sealed record ConfigMapNodeConfigSource
{
    /// <summary>Namespace of the ConfigMap.</summary>
    [Proto(1), Required] public string Namespace { get; init; } = "";

    /// <summary>Name of the ConfigMap.</summary>
    [Proto(2), Required] public string Name { get; init; } = "";

    /// <summary>Uid of the ConfigMap; only in a status.</summary>
    [Proto(3)] public string? Uid { get; init; }

    /// <summary>Version of the ConfigMap; only in a status.</summary>
    [Proto(4)] public string? ResourceVersion { get; init; }

    /// <summary>Key under which the configuration stands.</summary>
    [Proto(5), Required] public string KubeletConfigKey { get; init; } = "";
}
