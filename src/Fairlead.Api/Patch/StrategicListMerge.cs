using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Patch;

/// <summary>Merging a list into a list: scalars as sets, objects by their merge key.</summary>
static class StrategicListMerge
{
    /// <summary>
    /// The merged list. What the patch names stands in the patch's order; the others keep their place before what followed
    /// them, and what is new goes before them: so does upstream. Elements of the current list move to the merged one.
    /// </summary>
    public static JsonArray Merge(JsonArray current, JsonArray patch, SchemaNode field, string name)
    {
        var objects = patch.Concat(current).Any(element => element is JsonObject);
        if (!objects) return ElementOrder.Arrange(MergeScalars(current, patch), ElementOrder.Ranks(current, null), patch, null);
        var key = field.PatchMergeKey ?? throw PatchException.DoesNotFit($"cannot merge lists without merge key for {name}");
        if (patch.Any(element => element is JsonObject o && StrategicMergePatch.DirectiveOf(o) == "replace")) return Replacement(patch);
        var before = ElementOrder.Ranks(current, key);
        return ElementOrder.Arrange(MergeByKey(current, patch, field.Items ?? new SchemaNode(), key), before, patch, key);
    }

    /// <summary>A text that two equal values share; numbers are equal as written.</summary>
    public static string Identity(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? "\"" + text : node?.ToJsonString() ?? "null";

    static JsonArray MergeScalars(JsonArray current, JsonArray patch)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var merged = new JsonArray();
        foreach (var element in current.Concat(patch))
            if (seen.Add(Identity(element)))
                merged.Add(element?.DeepClone());
        return merged;
    }

    /// <summary>An element {$patch: replace} makes the others of the patch, save those with a directive of their own, the whole list.</summary>
    static JsonArray Replacement(JsonArray patch) =>
        [.. patch.Where(element => element is not JsonObject o || StrategicMergePatch.DirectiveOf(o) is null).Select(element => element?.DeepClone())];

    static JsonArray MergeByKey(JsonArray current, JsonArray patch, SchemaNode items, string key)
    {
        var merged = new List<JsonNode?>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var element in current)
        {
            if (element is JsonObject o && o[key] is { } value) places.TryAdd(Identity(value), merged.Count);
            merged.Add(element);
        }
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in patch) // deletions first, whatever their place in the patch
            if (element is JsonObject o && StrategicMergePatch.DirectiveOf(o) == "delete")
                deleted.Add(KeyOf(o, key));
        if (deleted.Count > 0)
        {
            for (var i = 0; i < merged.Count; i++)
                if (merged[i] is JsonObject o && o[key] is { } value && deleted.Contains(Identity(value)))
                    merged[i] = null;
            foreach (var id in deleted) places.Remove(id);
        }
        foreach (var element in patch) MergeElement(merged, places, element, items, key);
        return [.. merged.Where(element => element is not null)];
    }

    static void MergeElement(List<JsonNode?> merged, Dictionary<string, int> places, JsonNode? element, SchemaNode items, string key)
    {
        if (element is not JsonObject change) throw PatchException.Malformed($"an element of a list that is merged by {key} is not an object");
        switch (StrategicMergePatch.DirectiveOf(change))
        {
            case "delete": return;
            case null or "merge": break;
            case var other: throw PatchException.Malformed($"unknown patch type '{other}' in list");
        }
        var id = KeyOf(change, key);
        if (places.TryGetValue(id, out var place))
            merged[place] = StrategicMergePatch.MergeObject((JsonObject)merged[place]!, change, items);
        else
        {
            places[id] = merged.Count;
            merged.Add(StrategicMergePatch.MergeObject(new JsonObject(), change, items));
        }
    }

    static string KeyOf(JsonObject element, string key) =>
        element[key] is { } value
            ? Identity(value)
            : throw PatchException.DoesNotFit($"map: {Short(element.ToJsonString())} does not contain declared merge key: {key}");

    static string Short(string text) => text.Length <= 200 ? text : text[..200] + "...";
}
