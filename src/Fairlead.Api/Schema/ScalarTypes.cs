using System.Globalization;
using System.Text.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>Whether one value can be read as its schema's type. Lists and objects are judged by their kind alone.</summary>
static class ScalarTypes
{
    /// <summary>What is wrong, with {path} where the field's path goes; null if nothing is.</summary>
    public static string? Mismatch(JsonNode node, SchemaNode schema)
    {
        var kind = node.GetValueKind();
        if (schema.IntOrString)
            return kind == JsonValueKind.String || (kind == JsonValueKind.Number && IsInteger(node, int.MinValue, int.MaxValue))
                ? null
                : Cannot(node, kind, "int-or-string");
        return schema.Type switch
        {
            SchemaType.Any => null,
            SchemaType.Object => kind == JsonValueKind.Object ? null : Cannot(node, kind, "object"),
            SchemaType.Array => kind == JsonValueKind.Array ? null : Cannot(node, kind, "list"),
            SchemaType.Boolean => kind is JsonValueKind.True or JsonValueKind.False ? null : Cannot(node, kind, "bool"),
            SchemaType.Number => kind == JsonValueKind.Number ? null : Cannot(node, kind, schema.Format ?? "number"),
            SchemaType.Integer => Integer(node, kind, schema.Format),
            _ => Text(node, kind, schema.Format),
        };
    }

    static string? Integer(JsonNode node, JsonValueKind kind, string? format)
    {
        var ok = kind == JsonValueKind.Number
            && (format == "int32" ? IsInteger(node, int.MinValue, int.MaxValue) : IsInteger(node, long.MinValue, long.MaxValue));
        return ok ? null : Cannot(node, kind, format ?? "integer");
    }

    static string? Text(JsonNode node, JsonValueKind kind, string? format)
    {
        if (format == "quantity" && kind == JsonValueKind.Number) return Quantity(node.ToJsonString());
        if (kind != JsonValueKind.String) return Cannot(node, kind, "string");
        var text = node.GetValue<string>();
        return format switch
        {
            "quantity" => Quantity(text),
            "date-time" => IsTime(text) ? null : $"parsing time \"{text}\" as RFC 3339 in field {{path}}: cannot parse",
            "byte" => IsBase64(text) ? null : "illegal base64 data in field {path}",
            _ => null,
        };
    }

    static string? Quantity(string text) =>
        Meta.V1.Quantity.TryParse(text, out _)
            ? null
            : "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' in field {path}";

    static bool IsTime(string text) =>
        text.Length >= 20 && text[10] is 'T' or 't'
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    static bool IsBase64(string text) =>
        text.Length == 0 || Convert.TryFromBase64String(text, new byte[text.Length], out _);

    static bool IsInteger(JsonNode node, long min, long max)
    {
        var value = node.AsValue();
        if (value.TryGetValue<long>(out var n) || (value.TryGetValue<int>(out var small) && (n = small) == small)) return n >= min && n <= max;
        return false;
    }

    static string Cannot(JsonNode node, JsonValueKind kind, string type)
    {
        var got = kind switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => type is "string" or "bool" or "list" or "object" ? "number" : $"number {Short(node.ToJsonString())}",
            JsonValueKind.Array => "array",
            JsonValueKind.Object => "object",
            _ => "bool",
        };
        return $"json: cannot unmarshal {got} into field {{path}} of type {type}";
    }

    static string Short(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
