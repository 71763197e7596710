using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A scope for names: objects of the same kind may share a name if their namespaces differ.</summary>
[Kind("", "v1", "namespaces", Namespaced = false)]
public sealed record Namespace : KubeObject
{
    /// <summary>How the namespace is to behave.</summary>
    [Proto(2)] public NamespaceSpec? Spec { get; init; }

    /// <summary>Where the namespace is in its life.</summary>
    [Proto(3)] public NamespaceStatus? Status { get; init; }
}

/// <summary>The desired state of a namespace.</summary>
public sealed record NamespaceSpec
{
    /// <summary>Names that must be taken away before the emptied namespace is removed.</summary>
    [Proto(1), Atomic] public IReadOnlyList<string>? Finalizers { get; init; }
}

/// <summary>The observed state of a namespace.</summary>
public sealed record NamespaceStatus
{
    /// <summary>Active, or Terminating once a delete was asked for.</summary>
    [Proto(1)] public string? Phase { get; init; }

    /// <summary>What the namespace's deletion is waiting for.</summary>
    [Proto(2), ListMap("type")] public IReadOnlyList<NamespaceCondition>? Conditions { get; init; }
}

/// <summary>One aspect of a namespace's deletion.</summary>
public sealed record NamespaceCondition
{
    /// <summary>What the condition is about, such as NamespaceContentRemaining.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Proto(2), Required, Zero] public string Status { get; init; } = "";

    /// <summary>When the status last changed.</summary>
    [Proto(4)] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One CamelCase word for the last change.</summary>
    [Proto(5)] public string? Reason { get; init; }

    /// <summary>Details for people.</summary>
    [Proto(6)] public string? Message { get; init; }
}
