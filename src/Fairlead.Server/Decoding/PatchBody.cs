using Fairlead.Api.Patch;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Decoding;

/// <summary>A decoded patch, applied afresh each time the object turns out to have changed in between.</summary>
public sealed class PatchBody
{
    readonly PatchType type;
    readonly JsonNode patch;

    readonly IReadOnlyList<string> duplicates;

    PatchBody(PatchType type, JsonNode patch, ReadOnlyMemory<byte> body, IEnumerable<string> duplicates)
    {
        (this.type, this.patch) = (type, patch);
        this.duplicates = [.. duplicates.Select(d => type == PatchType.Json ? "json patch " + d : d)];
        NamesOwners = body.Span.IndexOf("managedFields"u8) >= 0 || (patch is JsonArray operations && operations.Any(TouchesMetadata));
    }

    static bool TouchesMetadata(JsonNode? operation) =>
        operation is JsonObject o && (o.Text("path") is null or "/metadata" || (o.ContainsKey("from") && o.Text("from") is null or "/metadata"));

    /// <exception cref="Api.Errors.ApiException">BadRequest.</exception>
    public static PatchBody Read(PatchType type, ReadOnlyMemory<byte> body)
    {
        if (type == PatchType.Apply) throw Refuse.UnsupportedMediaType("application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json");
        try
        {
            var duplicates = new List<string>();
            var patch = JsonTree.Parse(body.Span, duplicates);
            var fits = type == PatchType.Json ? patch is JsonArray : patch is JsonObject;
            return fits ? new(type, patch!, body, duplicates) : throw Refuse.BadRequest($"error decoding patch: it is not {(type == PatchType.Json ? "a list of operations" : "an object")}");
        }
        catch (MalformedInputException e)
        {
            throw Refuse.BadRequest($"error decoding patch: {e.Message}");
        }
    }

    /// <summary>True if the patch may look at managedFields, or change them.</summary>
    public bool NamesOwners { get; }

    /// <summary>The patched object, typed and pruned. The stored one is consumed.</summary>
    /// <exception cref="Api.Errors.ApiException">BadRequest or Invalid.</exception>
    public JsonObject Apply(WriteContext context, JsonObject old)
    {
        var patched = Merge(context, old, () => StrategicMergePatch.Apply(old, (JsonObject)patch.DeepClone(), context.Kind.Schema.Value));
        ObjectDecoder.PatchedStructure(context, patched, duplicates);
        return patched;
    }

    /// <summary>The patched object of a kind without schema (Scale); a strategic patch merges like a merge patch.</summary>
    /// <exception cref="Api.Errors.ApiException">BadRequest or Invalid.</exception>
    public JsonObject ApplyUntyped(WriteContext context, JsonObject old) => Merge(context, old, () => MergePatch.Apply(old, patch.DeepClone()));

    JsonObject Merge(WriteContext context, JsonObject old, Func<JsonNode?> strategic)
    {
        try
        {
            var result = type switch
            {
                PatchType.Json => JsonPatch.Apply(old, patch.DeepClone()),
                PatchType.Merge => MergePatch.Apply(old, patch.DeepClone()),
                _ => strategic(),
            };
            return result as JsonObject ?? throw Refuse.BadRequest("the patched object is no object");
        }
        catch (PatchException e)
        {
            throw e.Code switch
            {
                422 => Refuse.Unprocessable(context.Kind, context.Target.Name!, e.Message),
                413 => Refuse.TooLarge(ObjectDecoder.MaxBody),
                _ => Refuse.BadRequest(e.Message),
            };
        }
    }
}
