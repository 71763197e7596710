using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>How the parts of a value are owned.</summary>
enum Grain
{
    /// <summary>The value is owned as a whole: a scalar, or an atomic list or map.</summary>
    Whole,

    /// <summary>Each field or key by itself.</summary>
    Fields,

    /// <summary>Each element by itself: told apart by key fields, or by its value.</summary>
    Elements,
}

/// <summary>
/// Reads from a schema how values are owned (KEP-555). Where a schema says nothing (preserved unknown fields) objects
/// are owned by field and lists as a whole. A list without a list type that strategic merge patch merges counts as a map
/// or set, as upstream.
/// </summary>
static class Ownership
{
    static readonly SchemaNode Unknown = new() { PreserveUnknownFields = true };

    public static Grain GrainOf(JsonNode? value, SchemaNode schema) => value switch
    {
        JsonObject when schema.Type is SchemaType.Object or SchemaType.Any && !schema.AtomicMap => Grain.Fields,
        JsonArray when schema.Type == SchemaType.Array && ListTypeOf(schema) != ListType.Atomic => Grain.Elements,
        _ => Grain.Whole,
    };

    /// <summary>The schema of a field or key, and whether the schema names it.</summary>
    public static SchemaNode FieldOf(SchemaNode schema, string name, out bool named)
    {
        var field = schema.Glance.Field(name);
        named = field is not null;
        return field ?? schema.AdditionalProperties ?? Unknown;
    }

    public static SchemaNode ItemsOf(SchemaNode schema) => schema.Items ?? Unknown;

    static ListType ListTypeOf(SchemaNode schema) =>
        schema.ListTypeStated || !schema.PatchStrategy.HasFlag(PatchStrategy.Merge) ? schema.ListType
        : schema.PatchMergeKey is null ? ListType.Set : ListType.Map;

    static IReadOnlyList<string> KeysOf(SchemaNode schema) =>
        schema.ListTypeStated || schema.PatchMergeKey is null ? schema.ListMapKeys : [schema.PatchMergeKey];

    /// <summary>The step that finds an element of a list; null, with the reason, for an element that has none.</summary>
    public static PathElement? ElementOf(JsonNode? element, SchemaNode list, out string? fault)
    {
        fault = null;
        if (ListTypeOf(list) == ListType.Set)
        {
            fault = element switch
            {
                null => "associative list without keys has an element that's an explicit null",
                JsonObject => "associative list without keys has an element that's a map type",
                JsonArray => "not supported: associative list with lists as elements",
                _ => null,
            };
            return fault is null ? PathElement.Value(element) : null;
        }
        if (element is not JsonObject obj)
        {
            fault = element is null ? "associative list with keys may not have a null element" : "associative list with keys may not have non-map elements";
            return null;
        }
        return KeyOf(obj, list, out fault);
    }

    static PathElement? KeyOf(JsonObject obj, SchemaNode list, out string? fault)
    {
        fault = null;
        var names = KeysOf(list);
        if (names.Count == 1 && obj[names[0]] is { } only) return new(PathKind.Key, $"{{{CanonicalJson.Quoted(names[0])}:{CanonicalJson.Scalar(only)}}}");
        var fields = new List<(string, JsonNode?)>(names.Count);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (obj.TryGetPropertyValue(name, out var value) && value is not null) fields.Add((name, value));
            else if (list.Items?.Properties?.TryGetValue(name, out var field) == true && field.Default is { } filled) fields.Add((name, filled));
        }
        if (fields.Count > 0) return new(PathKind.Key, CanonicalJson.Fields(fields));
        fault = $"associative list with keys has an element that omits all key fields [{string.Join(' ', names.Select(CanonicalJson.Quoted))}] (and doesn't have default values for any key fields)";
        return null;
    }
}
