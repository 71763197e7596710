using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Bounds what the objects of a namespace may use together.</summary>
[Kind("", "v1", "resourcequotas")]
public sealed record ResourceQuota : KubeObject
{
    /// <summary>The bounds and what they count.</summary>
    [Proto(2)] public ResourceQuotaSpec? Spec { get; init; }

    /// <summary>The bounds in force and what is used.</summary>
    [Proto(3)] public ResourceQuotaStatus? Status { get; init; }
}

/// <summary>The bounds of a quota.</summary>
public sealed record ResourceQuotaSpec
{
    /// <summary>The most of each resource: requests.cpu, limits.memory, pods, count/deployments.apps and so on.</summary>
    [Proto(1)] public IReadOnlyDictionary<string, Quantity>? Hard { get; init; }

    /// <summary>Only objects that are in all of these scopes count.</summary>
    [Proto(2), Atomic] public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Like scopes, with operators and values.</summary>
    [Proto(3)] public ScopeSelector? ScopeSelector { get; init; }
}

/// <summary>Which objects a quota counts.</summary>
[Atomic]
public sealed record ScopeSelector
{
    /// <summary>Requirements that all must hold.</summary>
    [Proto(1), Atomic] public IReadOnlyList<ScopedResourceSelectorRequirement>? MatchExpressions { get; init; }
}

/// <summary>One requirement on one scope.</summary>
public sealed record ScopedResourceSelectorRequirement
{
    /// <summary>Terminating, NotTerminating, BestEffort, NotBestEffort, PriorityClass, CrossNamespacePodAffinity or VolumeAttributesClass.</summary>
    [Proto(1), Required] public string ScopeName { get; init; } = "";

    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    [Proto(2), Required] public string Operator { get; init; } = "";

    /// <summary>The values of In and NotIn, at least one. It must be empty for Exists and DoesNotExist.</summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? Values { get; init; }
}

/// <summary>The observed state of a quota.</summary>
public sealed record ResourceQuotaStatus
{
    /// <summary>The bounds in force.</summary>
    [Proto(1)] public IReadOnlyDictionary<string, Quantity>? Hard { get; init; }

    /// <summary>What is used of each.</summary>
    [Proto(2)] public IReadOnlyDictionary<string, Quantity>? Used { get; init; }
}
