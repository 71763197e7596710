using Fairlead.Json;

namespace Fairlead.Api.Patch;

/// <summary>JSON merge patch (RFC 7396): objects merge, null removes, everything else replaces.</summary>
public static class MergePatch
{
    /// <summary>Applies the patch to the target in place; the result is the target unless the patch is no object.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        var result = target as JsonObject ?? new JsonObject();
        foreach (var (name, change) in changes)
        {
            if (change is null) result.Remove(name);
            else if (change is JsonObject && result[name] is JsonObject nested) Apply(nested, change);
            else result[name] = Apply(null, change);
        }
        return result;
    }
}
