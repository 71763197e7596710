using Fairlead.Api.Errors;
using Fairlead.Api.Protobuf;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Api.Yaml;
using Fairlead.Json;
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
        var found = new List<string>();
        var obj = await ParseAsync(call, context.Kind.Type, found, cancellation).ConfigureAwait(false);
        CheckKind(context.Kind, obj);
        Structure(context, obj, found, ContentTypes.Body(call, context.Kind.Type) == BodyFormat.Yaml);
        return obj;
    }

    /// <summary>Reads the body as a record that is no kind of the request, such as a subresource's; not checked against a schema.</summary>
    /// <exception cref="ApiException">BadRequest, UnsupportedMediaType, RequestEntityTooLarge.</exception>
    public static ValueTask<JsonObject> ReadAsync<T>(ApiCall call, CancellationToken cancellation) => ParseAsync(call, typeof(T), null, cancellation);

    /// <summary>Any object, not checked against a schema.</summary>
    /// <param name="record">The record that the body holds; null for a custom kind.</param>
    /// <param name="found">Receives duplicate fields and those that only the format's reader can see to be unknown.</param>
    /// <exception cref="ApiException">BadRequest.</exception>
    public static JsonObject Parse(ReadOnlyMemory<byte> body, BodyFormat format, Type? record, List<string>? found = null)
    {
        try
        {
            return format switch
            {
                BodyFormat.Protobuf => KubernetesProtobuf.Decode(body.Span, record!, found),
                BodyFormat.Yaml => YamlInput.ParseObject(body.Span, found),
                _ => JsonTree.ParseObject(body.Span, found),
            };
        }
        catch (MalformedInputException e)
        {
            throw Refuse.BadRequest(format == BodyFormat.Protobuf ? e.Message : $"couldn't get version/kind; json parse error: {e.Message}");
        }
    }

    static async ValueTask<JsonObject> ParseAsync(ApiCall call, Type? record, List<string>? found, CancellationToken cancellation)
    {
        var format = ContentTypes.Body(call, record);
        var obj = Parse(await call.ReadBody(MaxBody, cancellation).ConfigureAwait(false), format, record, found);
        call.Audit?.Requested(obj);
        return obj;
    }

    /// <summary>Types, unknown fields and nulls; used for patched objects too.</summary>
    /// <param name="reported">What the reader of the body has found already.</param>
    /// <param name="yaml">True if that was the reader of YAML, which upstream names first and as one error.</param>
    /// <exception cref="ApiException">BadRequest.</exception>
    public static void Structure(WriteContext context, JsonObject obj, IReadOnlyCollection<string> reported, bool yaml = false)
    {
        var kind = context.Kind;
        var schema = kind.Schema.Value;
        if (StructuralValidation.TypeError(obj, schema) is { } wrong) throw Refuse.BadRequest(Cannot(kind) + wrong);
        var unknown = Pruning.Prune(obj, schema);
        if (yaml && reported.Count > 0)
        {
            if (context.Validation == FieldValidation.Strict) throw Refuse.BadRequest(Cannot(kind) + Strict([YamlInput.Refusal(reported), .. unknown]));
            Report(context, [.. reported, .. unknown], Refuse.BadRequest);
        }
        else Report(context, [.. unknown, .. reported], words => Refuse.BadRequest(Cannot(kind) + words));
    }

    /// <summary>As <see cref="Structure"/> for an object that a patch made: what is wrong with it is Invalid.</summary>
    /// <exception cref="ApiException">Invalid.</exception>
    public static void PatchedStructure(WriteContext context, JsonObject obj, IEnumerable<string> reported)
    {
        var schema = context.Kind.Schema.Value;
        if (StructuralValidation.TypeError(obj, schema) is { } wrong) throw Refuse.InvalidPatch(obj, wrong);
        Report(context, [.. Pruning.Prune(obj, schema), .. reported], words => Refuse.InvalidPatch(obj, words));
    }

    static void Report(WriteContext context, string[] found, Func<string, ApiException> refuse)
    {
        if (found.Length == 0 || context.Validation == FieldValidation.Ignore) return;
        if (context.Validation == FieldValidation.Strict) throw refuse(Strict(found));
        foreach (var text in found) context.Warn(text);
    }

    static string Strict(IEnumerable<string> found) => $"strict decoding error: {string.Join(", ", found)}";

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
