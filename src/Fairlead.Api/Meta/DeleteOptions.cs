using Fairlead.Api.Schema;

namespace Fairlead.Api.Meta.V1;

/// <summary>How an object is to be deleted.</summary>
public sealed record DeleteOptions
{
    /// <summary>Always DeleteOptions.</summary>
    public string? Kind { get; init; }
    /// <summary>Version of the schema, such as v1.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Seconds until a forced end; 0 at once; null for the kind's default.</summary>
    [Proto(1, Pointer = true)] public long? GracePeriodSeconds { get; init; }

    /// <summary>What the object must still be; otherwise the delete ends in Conflict.</summary>
    [Proto(2)] public Preconditions? Preconditions { get; init; }

    /// <summary>Old form of propagationPolicy Orphan.</summary>
    [Proto(3, Pointer = true)] public bool? OrphanDependents { get; init; }

    /// <summary>Orphan, Background or Foreground: what happens to dependents.</summary>
    [Proto(4, Pointer = true)] public string? PropagationPolicy { get; init; }

    /// <summary>All: go through every stage but the write.</summary>
    [Proto(5)] public IReadOnlyList<string>? DryRun { get; init; }
}

/// <summary>What must hold for a delete to happen.</summary>
public sealed record Preconditions
{
    /// <summary>The uid that the object must have.</summary>
    [Proto(1, Pointer = true)] public string? Uid { get; init; }
    /// <summary>The version that the object must be at.</summary>
    [Proto(2, Pointer = true)] public string? ResourceVersion { get; init; }
}
