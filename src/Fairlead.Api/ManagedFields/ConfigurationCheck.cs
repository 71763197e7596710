using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>What is wrong with an applied configuration: fields that the schema does not know, and elements that can't be told apart.</summary>
public static class ConfigurationCheck
{
    const int MaxFaults = 100;

    /// <summary>The faults in upstream's words, such as <c>.spec.foo: field not declared in schema</c>; types were checked before.</summary>
    public static IReadOnlyList<string> Faults(JsonObject config, SchemaNode schema)
    {
        var faults = new List<string>();
        Check(config, schema, "", faults);
        return faults;
    }

    static void Check(JsonNode? value, SchemaNode schema, string path, List<string> faults)
    {
        if (faults.Count >= MaxFaults) return;
        if (value is JsonObject obj) Object(obj, schema, path, faults);
        else if (value is JsonArray array) Array(array, schema, path, faults);
    }

    static void Object(JsonObject obj, SchemaNode schema, string path, List<string> faults)
    {
        foreach (var (name, value) in obj)
        {
            var field = Ownership.FieldOf(schema, name, out var named);
            if (!named && schema.AdditionalProperties is null && !schema.PreserveUnknownFields && schema.Type != SchemaType.Any)
                faults.Add($"{path}.{name}: field not declared in schema");
            else
                Check(value, field, $"{path}.{name}", faults);
        }
    }

    static void Array(JsonArray array, SchemaNode schema, string path, List<string> faults)
    {
        var items = Ownership.ItemsOf(schema);
        var byElement = Ownership.GrainOf(array, schema) == Grain.Elements;
        var seen = new HashSet<PathElement>();
        for (var i = 0; i < array.Count; i++)
        {
            var step = $"[{i}]";
            if (byElement)
            {
                if (Ownership.ElementOf(array[i], schema, out var fault) is not { } element)
                {
                    faults.Add($"{path}: element {i}: {fault}");
                    return;
                }
                step = element.ToString();
                if (!seen.Add(element)) faults.Add($"{path}: duplicate entries for key {step}");
            }
            Check(array[i], items, path + step, faults);
        }
    }
}
