using System.Text.Json.Nodes;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Api.Yaml;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Decoding;

/// <summary>Bodies to objects: read, typed, pruned; what the schema does not know is refused, warned of or dropped.</summary>
public static class ObjectDecoder
{
    /// <summary>Largest body taken, as upstream: 3 MiB.</summary>
    public const int MaxBody = 3 * 1024 * 1024;

    /// <summary>Reads the body as an object of the kind.</summary>
    /// <exception cref="ApiException">BadRequest, UnsupportedMediaType, RequestEntityTooLarge.</exception>
    public static async ValueTask<JsonObject> ReadAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        var format = ContentTypes.Body(call);
        var body = await call.ReadBody(MaxBody, cancellation).ConfigureAwait(false);
        var duplicates = new List<string>();
        var obj = Parse(body, format, duplicates);
        CheckKind(context.Kind, obj);
        Structure(context, obj, duplicates);
        return obj;
    }

    /// <summary>Any object, not checked against a schema; null for an empty body.</summary>
    /// <exception cref="ApiException">BadRequest.</exception>
    public static JsonObject Parse(ReadOnlyMemory<byte> body, BodyFormat format, List<string>? duplicates = null)
    {
        try
        {
            return format == BodyFormat.Yaml ? YamlInput.ParseObject(body.Span, duplicates) : JsonTree.ParseObject(body.Span, duplicates);
        }
        catch (MalformedInputException e)
        {
            throw Refuse.BadRequest($"couldn't get version/kind; json parse error: {e.Message}");
        }
    }

    /// <summary>Types, unknown fields and nulls; used for patched objects too.</summary>
    /// <exception cref="ApiException">BadRequest.</exception>
    public static void Structure(WriteContext context, JsonObject obj, IEnumerable<string> duplicates)
    {
        var kind = context.Kind;
        var schema = kind.Schema.Value;
        if (StructuralValidation.TypeError(obj, schema) is { } wrong) throw Refuse.BadRequest(Cannot(kind) + wrong);
        var found = Pruning.Prune(obj, schema).Concat(duplicates).ToArray();
        if (found.Length == 0 || context.Validation == FieldValidation.Ignore) return;
        if (context.Validation == FieldValidation.Strict) throw Refuse.BadRequest($"{Cannot(kind)}strict decoding error: {string.Join(", ", found)}");
        foreach (var text in found) context.Warn(text);
    }

    static string Cannot(ResourceDefinition kind) => $"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: ";

    static void CheckKind(ResourceDefinition kind, JsonObject obj)
    {
        if (obj.Text("apiVersion") is { } version && version != kind.ApiVersion)
        {
            throw Refuse.BadRequest($"the API version in the data ({version}) does not match the expected API version ({kind.ApiVersion})");
        }
        if (obj.Text("kind") is { } name && name != kind.Kind)
        {
            throw Refuse.BadRequest($"{name} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: no kind \"{name}\" is registered for this resource");
        }
    }
}
