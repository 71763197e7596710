using Fairlead.Api.Schema;

namespace Fairlead.Api.Meta.V1;

/// <summary>What every stored object carries beside its own fields: identity, labels, ownership and life-cycle marks.</summary>
public sealed record ObjectMeta
{
    /// <summary>Name, unique among objects of the kind in its namespace. It cannot be changed after creation.</summary>
    [Proto(1)] public string? Name { get; init; }

    /// <summary>A prefix from which the server makes a unique name when name is empty.</summary>
    [Proto(2)] public string? GenerateName { get; init; }

    /// <summary>The namespace in which the name is unique. Empty for kinds that belong to the whole cluster.</summary>
    [Proto(3)] public string? Namespace { get; init; }

    /// <summary>Unused; the server no longer fills it.</summary>
    [Proto(4)] public string? SelfLink { get; init; }

    /// <summary>An identifier that no other object, now or earlier, has had. Set by the server.</summary>
    [Proto(5)] public string? Uid { get; init; }

    /// <summary>An opaque token of this object's version, for optimistic locking and watches. Set by the server.</summary>
    [Proto(6)] public string? ResourceVersion { get; init; }

    /// <summary>Counts the changes of the desired state. Set by the server.</summary>
    [Proto(7)] public long? Generation { get; init; }

    /// <summary>When the server created the object.</summary>
    [Proto(8)] public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>When the object will be, or was, asked to go. Set by the server on a graceful delete.</summary>
    [Proto(9)] public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Seconds the object has to end by itself, once deletionTimestamp is set.</summary>
    [Proto(10, Pointer = true)] public long? DeletionGracePeriodSeconds { get; init; }

    /// <summary>Short names and values that select and group objects.</summary>
    [Proto(11)] public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Names and values kept for tools and people; nothing selects by them.</summary>
    [Proto(12)] public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Objects that this one depends on. When all of them are gone this one is collected.</summary>
    [ListMap("uid", PatchMergeOnly = true)]
    [Proto(13)] public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }

    /// <summary>Names that must be taken away, each by its owner, before the object is removed.</summary>
    [ListSet(PatchMerge = true)]
    [Proto(14)] public IReadOnlyList<string>? Finalizers { get; init; }

    /// <summary>Which manager set which fields, for server-side apply.</summary>
    [Proto(17)] public IReadOnlyList<ManagedFieldsEntry>? ManagedFields { get; init; }
}
