using System.Globalization;
using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Server.Registry;

/// <summary>
/// Short ways to the fields that every kind has. All tolerate objects in which a field has the wrong type: such a field
/// counts as absent, and validation reports it.
/// </summary>
public static class ObjectFields
{
    /// <summary>The object's metadata, made if it is absent.</summary>
    public static JsonObject Metadata(this JsonObject obj)
    {
        if (obj["metadata"] is JsonObject metadata) return metadata;
        var made = new JsonObject();
        obj["metadata"] = made;
        return made;
    }

    public static string Name(this JsonObject obj) => (obj["metadata"] as JsonObject)?.Text("name") ?? "";

    public static string? Namespace(this JsonObject obj) => (obj["metadata"] as JsonObject)?.Text("namespace");

    /// <summary>The string at the name; null if there is none or it is empty or no string.</summary>
    public static string? Text(this JsonObject? obj, string name) =>
        obj?[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    public static long? Number(this JsonObject? obj, string name) =>
        obj?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out long number) ? number : null;

    public static bool? Flag(this JsonObject? obj, string name) =>
        obj?[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    public static JsonObject? Object(this JsonObject? obj, string name) => obj?[name] as JsonObject;

    public static JsonArray? Array(this JsonObject? obj, string name) => obj?[name] as JsonArray;

    /// <summary>The strings of a list, others left out.</summary>
    public static IEnumerable<string> Texts(this JsonObject? obj, string name) =>
        (obj?[name] as JsonArray)?.OfType<JsonValue>().Select(v => v.TryGetValue(out string? s) ? s : null).OfType<string>() ?? [];

    /// <summary>Sets the field, or removes it when the value is null.</summary>
    public static void Put(this JsonObject obj, string name, JsonNode? value)
    {
        if (value is null) obj.Remove(name);
        else obj[name] = value;
    }

    /// <summary>Takes the field over as it is in the other object, absent if it is absent there.</summary>
    public static void Carry(this JsonObject obj, JsonObject from, string name) => obj.Put(name, from[name]?.DeepClone());

    /// <summary>metav1.Time: whole seconds in UTC.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z";
}
