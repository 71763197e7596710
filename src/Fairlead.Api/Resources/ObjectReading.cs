using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Api.Resources;

/// <summary>
/// Reads fields of an object by their path, such as "spec.replicas". A path that leads nowhere, or to a value of
/// another type, reads as absent: rules and columns see objects whose types were checked before.
/// </summary>
public static class ObjectReading
{
    /// <summary>The value at a dotted path; null if any step is absent.</summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var rest = path.AsSpan();
        while (node is JsonObject obj)
        {
            var dot = rest.IndexOf('.');
            if (dot < 0) return rest.Length == path.Length ? obj[path] : obj.Find(rest);
            node = obj.Find(rest[..dot]);
            rest = rest[(dot + 1)..];
        }
        return null;
    }

    /// <summary>The string at a path, empty if absent: the API makes no difference between the two.</summary>
    public static string Text(this JsonNode? node, string path) => node.At(path).AsText() ?? "";

    /// <summary>The string that the value is; null if it is none.</summary>
    public static string? AsText(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>The integer at a path; null if absent.</summary>
    public static long? Number(this JsonNode? node, string path) =>
        node.At(path) is not JsonValue value || value.GetValueKind() != JsonValueKind.Number ? null
        : value.TryGetValue(out long number) ? number
        : value.TryGetValue(out int small) ? small
        : null;

    /// <summary>True if the value at a path is true.</summary>
    public static bool Flag(this JsonNode? node, string path) => node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    /// <summary>The time at a path; null if absent.</summary>
    public static DateTimeOffset? Time(this JsonNode? node, string path) =>
        DateTimeOffset.TryParse(node.Text(path), System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The objects of the list at a path.</summary>
    public static IReadOnlyList<JsonObject> Objects(this JsonNode? node, string path) =>
        node.At(path) is JsonArray array ? [.. array.OfType<JsonObject>()] : [];

    /// <summary>The objects of the list at a path and their places among them, one by one.</summary>
    public static ObjectElements Each(this JsonNode? node, string path) => new(node.At(path) as JsonArray);

    /// <summary>The strings of the list at a path.</summary>
    public static IReadOnlyList<string> Texts(this JsonNode? node, string path) =>
        node.At(path) is JsonArray array ? [.. array.Select(n => n.AsText() ?? "")] : [];

    /// <summary>The entries of the string map at a path, in the object's order.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Pairs(this JsonNode? node, string path)
    {
        if (node.At(path) is not JsonObject map) return [];
        var pairs = new KeyValuePair<string, string>[map.Count];
        var n = 0;
        foreach (var (key, value) in map) pairs[n++] = new(key, value.AsText() ?? "");
        return pairs;
    }

    /// <summary>The object at a field, made if it is absent.</summary>
    public static JsonObject Make(this JsonObject obj, string field)
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj[field] is JsonObject found) return found;
        var made = new JsonObject();
        obj[field] = made;
        return made;
    }

    /// <summary>Sets a field that is absent, null or an empty string.</summary>
    public static void SetDefault(this JsonObject obj, string field, JsonNode value)
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj[field] is null || obj[field].AsText() is { Length: 0 }) obj[field] = value;
    }
}
