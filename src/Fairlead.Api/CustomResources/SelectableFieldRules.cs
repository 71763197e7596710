using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>The fields by which objects of a version may be selected: scalars outside metadata, at most eight.</summary>
static class SelectableFieldRules
{
    const int Most = 8;

    public static void Validate(JsonObject version, string path, FieldErrors errors)
    {
        var fields = version.Objects("selectableFields");
        if (fields.Count == 0) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < fields.Count; i++)
        {
            var (at, text) = ($"{path}[{i}].jsonPath", fields[i].Text("jsonPath"));
            if (text.Length == 0)
            {
                errors.Required(at);
                continue;
            }
            if (Schema(version.At("schema.openAPIV3Schema") as JsonObject ?? [], text, out var why) is not { } schema)
            {
                errors.Invalid(at, text, $"is an invalid path: {why}");
                continue;
            }
            if (text.StartsWith(".metadata", StringComparison.Ordinal)) errors.Invalid(at, text, "must not point to fields in metadata");
            if (schema.Text("type") is not ("string" or "boolean" or "integer"))
                errors.Invalid(at, text, "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.");
            if (!seen.Add(text)) errors.Duplicate(at, text);
        }
        if (seen.Count > Most) errors.TooMany(path, seen.Count, Most);
    }

    static JsonObject? Schema(JsonObject schema, string path, out string why)
    {
        why = "";
        if (!path.StartsWith('.')) why = $"does not start with '.': {path}";
        else if (path.Contains('[', StringComparison.Ordinal)) why = "array notation is not supported";
        else
        {
            foreach (var step in path[1..].Split('.'))
            {
                if (schema["properties"]?[step] is not JsonObject next)
                {
                    why = $"does not refer to a valid field: {step}";
                    return null;
                }
                schema = next;
            }
            return schema;
        }
        return null;
    }
}
