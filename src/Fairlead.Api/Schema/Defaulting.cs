using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>
/// Structural defaults: the value that a field has when its parent is there and it is not. An empty string in a field
/// of fixed values counts as absent, as it does upstream.
/// </summary>
public static class Defaulting
{
    /// <summary>Fills defaults in place. Filling twice changes nothing more.</summary>
    public static void Default(JsonNode? node, SchemaNode schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (!schema.Glance.HasDefaults) return;
        if (node is JsonObject obj) Object(obj, schema);
        else if (node is JsonArray array && schema.Items is { } items)
            for (var i = 0; i < array.Count; i++)
            {
                if (array[i] is null && items is { Nullable: false, Default: { } value }) array[i] = value.DeepClone();
                Default(array[i], items);
            }
    }

    static void Object(JsonObject obj, SchemaNode schema)
    {
        foreach (var (name, field) in schema.Glance.Defaulted)
        {
            if (field.Default is { } value && IsAbsent(obj, name, field)) obj[name] = value.DeepClone();
            if (obj.TryGetPropertyValue(name, out var child) && child is JsonObject or JsonArray) Default(child, field);
        }
        if (schema.AdditionalProperties is not { } entry) return;
        if (entry is { Default: { } each, Nullable: false })
            foreach (var name in obj.Where(p => p.Value is null && schema.Properties?.ContainsKey(p.Key) != true).Select(p => p.Key).ToList())
                obj[name] = each.DeepClone();
        if (entry.Type is SchemaType.Object or SchemaType.Array)
            foreach (var (_, child) in obj)
                Default(child, entry);
    }

    static bool IsAbsent(JsonObject obj, string name, SchemaNode field)
    {
        if (!obj.TryGetPropertyValue(name, out var value)) return true;
        if (value is null) return !field.Nullable;
        return field.Values.Count > 0 && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0
            && !field.Values.Contains("");
    }
}
