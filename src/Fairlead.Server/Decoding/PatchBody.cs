using System.Text.Json.Nodes;
using Fairlead.Api.Json;
using Fairlead.Api.Patch;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Decoding;

/// <summary>A decoded patch, applied afresh each time the object turns out to have changed in between.</summary>
public sealed class PatchBody
{
    readonly PatchType type;
    readonly JsonNode patch;

    PatchBody(PatchType type, JsonNode patch) => (this.type, this.patch) = (type, patch);

    /// <exception cref="Api.Errors.ApiException">BadRequest.</exception>
    public static PatchBody Read(PatchType type, ReadOnlyMemory<byte> body)
    {
        try
        {
            var patch = JsonTree.Parse(body.Span);
            var fits = type == PatchType.Json ? patch is JsonArray : patch is JsonObject;
            return fits ? new(type, patch!) : throw Refuse.BadRequest($"error decoding patch: it is not {(type == PatchType.Json ? "a list of operations" : "an object")}");
        }
        catch (MalformedInputException e)
        {
            throw Refuse.BadRequest($"error decoding patch: {e.Message}");
        }
    }

    /// <summary>The patched object, typed and pruned. The stored one is consumed.</summary>
    /// <exception cref="Api.Errors.ApiException">BadRequest or Invalid.</exception>
    public JsonObject Apply(WriteContext context, JsonObject old)
    {
        var patched = Merge(context, old, () => StrategicMergePatch.Apply(old, (JsonObject)patch.DeepClone(), context.Kind.Schema.Value));
        ObjectDecoder.Structure(context, patched, []);
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
