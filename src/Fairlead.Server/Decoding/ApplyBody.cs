using Fairlead.Api.ManagedFields;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Api.Yaml;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Decoding;

/// <summary>Reads the configuration of a server-side apply.</summary>
public static class ApplyBody
{
    /// <summary>The configuration as it was written, nulls included: they say that a field is to be unset.</summary>
    /// <exception cref="Api.Errors.ApiException">BadRequest.</exception>
    public static JsonObject Read(WriteContext context, ReadOnlyMemory<byte> body)
    {
        var kind = context.Kind;
        var config = Parse(context, body);
        var (version, name) = (config.Text("apiVersion") ?? "", config.Text("kind") ?? "");
        if (name != kind.Kind || version.Length == 0) throw Refuse.BadRequest($"invalid object type: {version}, Kind={name}");
        if (version != kind.ApiVersion)
            throw Refuse.BadRequest($"Incorrect version specified in apply patch. Specified patch version: {version}, expected: {kind.ApiVersion}");
        if (config.Object("metadata")?["managedFields"] is not null) throw Refuse.BadRequest("metadata.managedFields must be nil");
        Check(context, config);
        return config;
    }

    /// <summary>The body alone, for a subresource that speaks a kind of its own.</summary>
    /// <exception cref="Api.Errors.ApiException">BadRequest.</exception>
    public static JsonObject Parse(WriteContext context, ReadOnlyMemory<byte> body)
    {
        var duplicates = new List<string>();
        JsonObject config;
        try { config = YamlInput.ParseObject(body.Span, duplicates); }
        catch (MalformedInputException e) { throw Refuse.BadRequest($"error decoding patch: {e.Message}"); }
        if (duplicates.Count == 0 || context.Validation == FieldValidation.Ignore) return config;
        if (context.Validation == FieldValidation.Strict) throw Refuse.BadRequest($"error strict decoding patch: error converting YAML to JSON: {YamlInput.Refusal(duplicates)}");
        foreach (var text in duplicates) context.Warn(text);
        return config;
    }

    static void Check(WriteContext context, JsonObject config)
    {
        var schema = context.Kind.Schema.Value;
        IReadOnlyList<string> faults = StructuralValidation.TypeError(config, schema) is { } wrong ? [wrong] : ConfigurationCheck.Faults(config, schema);
        if (faults.Count == 0) return;
        var text = faults.Count == 1 ? faults[0] : "errors:\n" + string.Join('\n', faults.Select(f => "  " + f));
        throw Refuse.BadRequest($"failed to create typed patch object ({context.Namespace}/{context.Target.Name}; {context.Kind.ApiVersion}, Kind={context.Kind.Kind}): {text}");
    }
}
