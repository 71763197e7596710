using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>
/// The fields that an object has: what its writer owns. Structs and lists are owned through what they contain; keys of
/// maps, elements and empty values are owned themselves. Repeated elements are one field without parts.
/// </summary>
public static class FieldExtraction
{
    public static FieldSet Of(JsonObject obj, SchemaNode schema) => Below(obj, schema, new FieldSetBuilder());

    /// <summary>What lies below a value.</summary>
    internal static FieldSet Below(JsonNode? value, SchemaNode schema, FieldSetBuilder builder) => Ownership.GrainOf(value, schema) switch
    {
        Grain.Fields => Fields((JsonObject)value!, schema, builder),
        Grain.Elements => Elements((JsonArray)value!, schema, builder),
        _ => FieldSet.Empty,
    };

    /// <summary>True if the value at a field is owned itself, not only through what it contains.</summary>
    internal static bool IsMember(JsonNode? value, SchemaNode schema, bool named) =>
        !named || value is null or JsonObject { Count: 0 } || Ownership.GrainOf(value, schema) == Grain.Whole;

    static FieldSet Fields(JsonObject obj, SchemaNode schema, FieldSetBuilder builder)
    {
        var mark = builder.Open();
        foreach (var (name, value) in obj)
        {
            var field = Ownership.FieldOf(schema, name, out var named);
            builder.Add(PathElement.Field(name), IsMember(value, field, named), Below(value, field, builder));
        }
        return builder.Close(mark);
    }

    static FieldSet Elements(JsonArray array, SchemaNode schema, FieldSetBuilder builder)
    {
        var mark = builder.Open();
        var seen = new Dictionary<PathElement, int>(array.Count);
        foreach (var element in array)
            if (Ownership.ElementOf(element, schema, out _) is { } step)
                seen[step] = seen.GetValueOrDefault(step) + 1;
        foreach (var element in array)
            if (Ownership.ElementOf(element, schema, out _) is { } step)
                builder.Add(step, true, seen[step] > 1 ? FieldSet.Empty : Below(element, Ownership.ItemsOf(schema), builder));
        return builder.Close(mark);
    }
}
