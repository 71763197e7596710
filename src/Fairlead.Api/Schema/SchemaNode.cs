using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>The JSON types that a schema tells apart. Any accepts every value.</summary>
public enum SchemaType { Any, Object, Array, String, Integer, Number, Boolean }

/// <summary>How strategic merge patch treats a field (patchStrategy).</summary>
[Flags]
public enum PatchStrategy { Replace = 0, Merge = 1, RetainKeys = 2 }

/// <summary>x-kubernetes-list-type.</summary>
public enum ListType { Atomic, Set, Map }

/// <summary>
/// One node of a structural schema: of a built-in kind, read from its records by SchemaReader, or of a
/// custom kind, read from its CustomResourceDefinition. Validation, pruning, defaults, patches, OpenAPI and explain
/// read nothing else. Immutable; shared between threads.
/// </summary>
public sealed record SchemaNode
{
    public SchemaType Type { get; init; } = SchemaType.Any;

    /// <summary>OpenAPI format: int32, int64, double, byte, date-time, int-or-string is <see cref="IntOrString"/>.</summary>
    public string? Format { get; init; }

    public string? Description { get; init; }

    /// <summary>The name under which OpenAPI publishes this object type, such as io.k8s.api.core.v1.PodSpec; null if inline.</summary>
    public string? DefinitionName { get; init; }

    /// <summary>What the named type is, where <see cref="Description"/> says what this field of that type is for.</summary>
    public string? DefinitionDescription { get; init; }

    /// <summary>Field name to schema, in declaration order; null when the node is not a struct.</summary>
    public IReadOnlyDictionary<string, SchemaNode>? Properties { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Schema of the elements of an array.</summary>
    public SchemaNode? Items { get; init; }

    /// <summary>Schema of the values of a string-keyed map.</summary>
    public SchemaNode? AdditionalProperties { get; init; }

    /// <summary>Value put in when the field is absent from a present parent. Deep-clone before use.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>Allowed strings; empty means any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    public bool IntOrString { get; init; }
    public bool PreserveUnknownFields { get; init; }
    public bool Nullable { get; init; }

    /// <summary>True for a field that may be absent though its struct requires it: readers find it, writers may leave it out.</summary>
    public bool MayLack { get; init; }
    public bool Immutable { get; init; }

    public ListType ListType { get; init; }

    /// <summary>True if the list or map type was stated (and is published), false if it is only the default.</summary>
    public bool ListTypeStated { get; init; }
    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary>True for an object or map that is replaced as a whole (x-kubernetes-map-type atomic).</summary>
    public bool AtomicMap { get; init; }
    public PatchStrategy PatchStrategy { get; init; }

    /// <summary>
    /// The JSON schema that the node of a custom kind was read from; null for a node of a built-in kind. A built-in kind is
    /// decoded into its record, so a wrong type is a malformed request; a custom one is held against its schema, so a wrong
    /// type is an invalid object.
    /// </summary>
    public JsonObject? Source { get; init; }

    /// <summary>What a value must meet beyond its type and required fields (custom kinds).</summary>
    public ValueChecks? Checks { get; init; }

    /// <summary>Rules in CEL that the value must meet (custom kinds).</summary>
    public IReadOnlyList<SchemaRule> Rules { get; init; } = [];

    /// <summary>True if this node or one below it has rules.</summary>
    public bool HasRules { get; init; }

    /// <summary>True for an object that is a whole Kubernetes object (x-kubernetes-embedded-resource).</summary>
    public bool EmbeddedResource { get; init; }
    public string? PatchMergeKey { get; init; }

    /// <summary>What is found out about the node once, when it is first asked for. A copy with changes finds its own.</summary>
    internal SchemaGlance Glance => glance is { } known && ReferenceEquals(known.Node, this) ? known : glance = new(this);

    SchemaGlance? glance;
}
