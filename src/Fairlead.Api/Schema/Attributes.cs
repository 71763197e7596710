namespace Fairlead.Api.Schema;

// The facts of a field that its C# type cannot say. They stand together in one file because each is two lines long
// and they are read together. Everything else comes from the type (int is int32, long is int64, DateTimeOffset is
// date-time, a dictionary is additionalProperties) and from the field's /// text, which becomes its description.

/// <summary>Names the kind that a record is the wire form of.</summary>
/// <param name="group">API group, empty for core.</param>
/// <param name="version">API version, such as v1.</param>
/// <param name="plural">Resource name in URLs, such as pods.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KindAttribute(string group, string version, string plural) : Attribute
{
    public string Group => group;
    public string Version => version;
    public string Plural => plural;

    /// <summary>Name of the kind, when it is not the record's own name.</summary>
    public string? Name { get; init; }

    /// <summary>False for a kind that belongs to the whole cluster.</summary>
    public bool Namespaced { get; init; } = true;
}

/// <summary>The field must be present (and, for a string, may still be empty; validation says more).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredAttribute : Attribute;

/// <summary>
/// A required field that may be left out all the same: it then has the zero value of its type (an empty text, list or
/// object, 0, false; a time stays away), as upstream's decoder leaves it, and the kind's rules say whether that will do.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ZeroAttribute : Attribute;

/// <summary>A structural default, as JSON text: [Default("\"TCP\"")], [Default("30")].</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DefaultAttribute(string json) : Attribute
{
    public string Json => json;
}

/// <summary>The strings that the field may hold; another one is refused as not supported.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValuesAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values => values;
}

/// <summary>
/// A list whose elements are told apart by key fields: x-kubernetes-list-type map, and merged by the first key in a
/// strategic merge patch.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapAttribute(params string[] keys) : Attribute
{
    public IReadOnlyList<string> Keys => keys;

    /// <summary>The merge key of strategic merge patch, when it is not the first key.</summary>
    public string? PatchMergeKey { get; init; }

    /// <summary>True if the field has patchStrategy merge but, upstream, no list type.</summary>
    public bool PatchMergeOnly { get; init; }

    /// <summary>True if strategic merge patch replaces the list although its list type is map.</summary>
    public bool PatchReplace { get; init; }

    /// <summary>True for patchStrategy "merge,retainKeys" (Volume, DeploymentStrategy).</summary>
    public bool RetainKeys { get; init; }
}

/// <summary>A list of distinct scalars: x-kubernetes-list-type set.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListSetAttribute : Attribute
{
    /// <summary>True if strategic merge patch adds to the list instead of replacing it.</summary>
    public bool PatchMerge { get; init; }
}

/// <summary>The field is replaced as a whole: x-kubernetes-list-type or map-type atomic.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class AtomicAttribute : Attribute;

/// <summary>An object field with patchStrategy retainKeys: a patch keeps only the keys that it names.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RetainKeysAttribute : Attribute;

/// <summary>An OpenAPI format that the C# type does not imply, such as byte.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FormatAttribute(string format) : Attribute
{
    public string Format => format;
}

/// <summary>The field may not change once the object exists: "field is immutable".</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ImmutableAttribute : Attribute;

/// <summary>
/// The field's number in the protobuf form of its record: [Proto(3)]. Where upstream keeps the field in a message that
/// JSON inlines, the numbers on the way to it: [Proto(2, 7)] is number 7 of the message at number 2. Fields whose paths
/// begin alike lie in the same message. What protobuf lacks (kind and apiVersion stand in the envelope) has no number.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ProtoAttribute(params int[] path) : Attribute
{
    public IReadOnlyList<int> Path => path;

    /// <summary>
    /// True for a number, string or bool that upstream holds by pointer. Protobuf clients write every other scalar
    /// whether it was set or not, so a zero says that it was not, unless the field is <see cref="RequiredAttribute"/>.
    /// </summary>
    public bool Pointer { get; init; }

    /// <summary>
    /// A record that stands in the field, held as JSON, or something else does: in a field of its own a boolean
    /// (JSONSchemaPropsOrBool), in a map a list of strings (JSONSchemaPropsOrStringArray).
    /// </summary>
    public Type? Choice { get; init; }
}

/// <summary>The fields that the record inherits lie together in one message, at this number, in its protobuf form.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ProtoInheritedAttribute(int number) : Attribute
{
    public int Number => number;
}
