using Fairlead.Api.Schema;

namespace Fairlead.Api.Meta.V1;

/// <summary>Names an object that owns this one, in the same namespace or cluster-wide.</summary>
public sealed record OwnerReference
{
    /// <summary>The owner's group and version.</summary>
    [Proto(5), Required] public string ApiVersion { get; init; } = "";

    /// <summary>The owner's kind.</summary>
    [Proto(1), Required] public string Kind { get; init; } = "";

    /// <summary>The owner's name.</summary>
    [Proto(3), Required] public string Name { get; init; } = "";

    /// <summary>The owner's uid; a new object with the owner's name is not the owner.</summary>
    [Proto(4), Required] public string Uid { get; init; } = "";

    /// <summary>True for the one owner that manages this object.</summary>
    [Proto(6, Pointer = true)] public bool? Controller { get; init; }

    /// <summary>True if the owner, deleted in the foreground, waits for this object to go first.</summary>
    [Proto(7, Pointer = true)] public bool? BlockOwnerDeletion { get; init; }
}
