using System.Text.Json.Nodes;
using Fairlead.Api.Json;
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
            return new(type, JsonTree.Parse(body.Span) ?? throw Refuse.BadRequest("the patch is null"));
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
        throw Refuse.BadRequest("patches of this type are not served yet");
    }

    /// <summary>The patched object of a kind without schema (Scale); strategic patches count as merge patches.</summary>
    public JsonObject ApplyUntyped(JsonObject old) => throw Refuse.BadRequest("patches of this type are not served yet");
}
