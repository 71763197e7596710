using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>One text for each value: integers in digits, other numbers in their shortest form, keys in order.</summary>
static class CanonicalJson
{
    /// <summary>A scalar's text; lists and objects keep their own.</summary>
    public static string Scalar(JsonNode? node)
    {
        switch (node?.GetValueKind())
        {
            case null or JsonValueKind.Null: return "null";
            case JsonValueKind.True: return "true";
            case JsonValueKind.False: return "false";
            case JsonValueKind.Number:
                var value = (JsonValue)node;
                if (value.TryGetValue(out long whole)) return whole.ToString(CultureInfo.InvariantCulture);
                var text = node.ToJsonString();
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? Real(real) : text;
            case JsonValueKind.String: return Quoted(node.GetValue<string>());
            default: return Encoding.UTF8.GetString(JsonTree.Write(node).Span);
        }
    }

    /// <summary>The text of a scalar that is given as JSON.</summary>
    /// <exception cref="FormatException">Not JSON, or no scalar.</exception>
    public static string ScalarText(string json) => Parse(json) switch
    {
        JsonObject or JsonArray => throw new FormatException($"\"{json}\" is no scalar"),
        var scalar => Scalar(scalar),
    };

    /// <summary>The text of an object of scalars that is given as JSON.</summary>
    /// <exception cref="FormatException">Not JSON, or no object.</exception>
    public static string Object(string json) => Parse(json) is JsonObject obj
        ? Fields(obj.Select(field => (field.Key, field.Value)).OrderBy(field => field.Key, StringComparer.Ordinal))
        : throw new FormatException($"\"{json}\" is no object");

    /// <summary>The text of some fields, which stand in the order of their names.</summary>
    public static string Fields(IEnumerable<(string Name, JsonNode? Value)> fields)
    {
        var text = new StringBuilder("{");
        foreach (var (name, value) in fields)
            text.Append(text.Length > 1 ? "," : "").Append(Quoted(name)).Append(':').Append(Scalar(value));
        return text.Append('}').ToString();
    }

    /// <summary>A string in quotes, escaped as little as JSON allows.</summary>
    public static string Quoted(string text)
    {
        foreach (var c in text)
            if (c is < ' ' or '"' or '\\' or > '~')
                return Encoding.UTF8.GetString(JsonTree.Write(JsonValue.Create(text)).Span);
        return $"\"{text}\"";
    }

    static string Real(double real) =>
        real == Math.Floor(real) && Math.Abs(real) < 1e15
            ? ((long)real).ToString(CultureInfo.InvariantCulture)
            : real.ToString("R", CultureInfo.InvariantCulture);

    static JsonNode? Parse(string json)
    {
        try { return JsonTree.Parse(Encoding.UTF8.GetBytes(json)); }
        catch (MalformedInputException e) { throw new FormatException(e.Message); }
    }
}
