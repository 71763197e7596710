using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Cel;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>
/// Whether a schema is structural (KEP-1029): every field has a type, and what stands below allOf, anyOf, oneOf and not
/// only narrows fields that are specified outside of them. Source: apiextensions-apiserver, pkg/apiserver/schema.
/// </summary>
static class StructuralRules
{
    enum Level { Root, Item, Field }

    public static void Validate(JsonObject schema, string path, FieldErrors errors)
    {
        var found = new FieldErrors();
        Node(schema, Level.Root, path, found);
        foreach (var error in found.All.OrderBy(e => $"{e.Path}: {e.Message}", StringComparer.Ordinal)) errors.Add(error.Type, error.Path, error.Message);
    }

    static void Node(JsonObject s, Level level, string path, FieldErrors errors)
    {
        var type = s.Text("type");
        if (s["items"] is JsonObject items) Node(items, Level.Item, path + ".items", errors);
        else if (type == "array") errors.Required(path + ".items", "must be specified");
        foreach (var (name, field) in Properties(s)) Node(field, Level.Field, $"{path}.properties[{name}]", errors);
        if (s["additionalProperties"] is not null)
        {
            if (level == Level.Root) errors.Forbidden(path + ".additionalProperties", "must not be used at the root");
            if (s["additionalProperties"] is JsonObject entry) Node(entry, Level.Field, path + ".additionalProperties", errors);
        }
        Extensions(s, path, errors);
        Type(s, type, level, path, errors);
        Junctors(s, s, IsIntOrString(s["anyOf"]), s["allOf"] is JsonArray { Count: > 0 } all && IsIntOrString((all[0] as JsonObject)?["anyOf"]), path, path, errors);
        ObjectFields(s, level, path, errors);
    }

    static void Extensions(JsonObject s, string path, FieldErrors errors)
    {
        if (!s.Flag("x-kubernetes-int-or-string")) return;
        foreach (var other in (string[])["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"])
            if (s.Flag(other)) errors.Invalid($"{path}.{other}", true, "must be false if x-kubernetes-int-or-string is true");
    }

    static void Type(JsonObject s, string type, Level level, string path, FieldErrors errors)
    {
        if (s.Flag("x-kubernetes-embedded-resource"))
        {
            const string words = "must be object if x-kubernetes-embedded-resource is true";
            if (type.Length == 0) errors.Required(path + ".type", words);
            else if (type != "object") errors.Invalid(path + ".type", type, words);
            if (s["additionalProperties"] is not null) errors.Forbidden(path + ".additionalProperties", "must not be used if x-kubernetes-embedded-resource is set");
            if (!s.Flag("x-kubernetes-preserve-unknown-fields") && !Properties(s).Any())
                errors.Required(path + ".properties", "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields");
        }
        else if (type.Length == 0 && !s.Flag("x-kubernetes-int-or-string") && !s.Flag("x-kubernetes-preserve-unknown-fields"))
            errors.Required(path + ".type", level switch
            {
                Level.Root => "must not be empty at the root",
                Level.Item => "must not be empty for specified array items",
                _ => "must not be empty for specified object fields",
            });
        if (level == Level.Root && type.Length > 0 && type != "object") errors.Invalid(path + ".type", type, "must be object at the root");
    }

    /// <summary>apiVersion, kind and metadata are given: at most the names may be narrowed.</summary>
    static void ObjectFields(JsonObject s, Level level, string path, FieldErrors errors)
    {
        if (level != Level.Root && !s.Flag("x-kubernetes-embedded-resource")) return;
        foreach (var name in (string[])["kind", "apiVersion"])
            if (s["properties"]?[name] is JsonObject field && field.Text("type") is var type and not "string")
                errors.Invalid($"{path}.properties[{name}].type", type, "must be string");
        if (s["properties"]?["metadata"] is not JsonObject metadata) return;
        var at = path + ".properties[metadata]";
        if (metadata.Text("type") is var given and not "object") errors.Invalid(at + ".type", given, "must be object");
        if (level != Level.Root) return;
        var onlyNames = Properties(metadata).All(p => p.Name is "name" or "generateName");
        if (!onlyNames || metadata.Any(p => p.Key is not ("type" or "properties" or "default" or "description") && p.Value is not null))
            errors.Forbidden(at, "must not specify anything other than name and generateName, but metadata is implicitly specified");
    }

    /// <param name="v">The node that holds the junctors.</param>
    /// <param name="s">The structural node that they narrow.</param>
    static void Junctors(JsonObject v, JsonObject? s, bool skipAnyOf, bool skipFirstAllOf, string path, string structural, FieldErrors errors)
    {
        if (!skipAnyOf) foreach (var (i, inner) in v.Each("anyOf")) Nested(inner, s, false, $"{path}.anyOf[{i}]", structural, errors);
        foreach (var (i, inner) in v.Each("allOf")) Nested(inner, s, skipFirstAllOf && i == 0, $"{path}.allOf[{i}]", structural, errors);
        foreach (var (i, inner) in v.Each("oneOf")) Nested(inner, s, false, $"{path}.oneOf[{i}]", structural, errors);
        if (v["not"] is JsonObject not) Nested(not, s, false, path + ".not", structural, errors);
        if (v.Text("pattern") is not { Length: > 0 } pattern) return;
        try { Re2.Compile(pattern); }
        catch (FormatException e) { errors.Invalid(path + ".pattern", pattern, $"must be a valid regular expression, but isn't: {e.Message}"); }
    }

    static void Nested(JsonObject v, JsonObject? s, bool skipAnyOf, string path, string structural, FieldErrors errors)
    {
        if (s is null)
        {
            errors.Required(structural, $"because it is defined in {path}");
            return;
        }
        Junctors(v, s, skipAnyOf, false, path, structural, errors);
        if (v["items"] is JsonObject items) Nested(items, s["items"] as JsonObject, false, path + ".items", structural + ".items", errors);
        foreach (var (name, field) in Properties(v))
            Nested(field, s["properties"]?[name] as JsonObject, false, $"{path}.properties[{name}]", $"{structural}.properties[{name}]", errors);
        foreach (var (key, words) in new[] { ("type", "must be empty to be structural"), ("additionalProperties", "must be undefined to be structural"),
            ("default", "must be undefined to be structural"), ("title", "must be empty to be structural"), ("description", "must be empty to be structural"),
            ("nullable", "must be false to be structural"), ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
            ("x-kubernetes-embedded-resource", "must be false to be structural"), ("x-kubernetes-int-or-string", "must be false to be structural"),
            ("x-kubernetes-list-map-keys", "must be empty to be structural"), ("x-kubernetes-list-type", "must be undefined to be structural"),
            ("x-kubernetes-map-type", "must be undefined to be structural"), ("x-kubernetes-validations", "must be empty to be structural") })
        {
            if (v[key] is null || v[key] is JsonArray { Count: 0 } || v[key].AsText() is "" || (v[key] is JsonValue && !v.Flag(key) && key is "nullable")) continue;
            errors.Forbidden($"{path}.{key}", words);
        }
        if (v["properties"]?["metadata"] is not null) errors.Forbidden(path + ".properties[metadata]", "must not be specified in a nested context");
    }

    /// <summary>The one way in which types may stand below a junctor: anyOf integer and string.</summary>
    static bool IsIntOrString(JsonNode? anyOf) =>
        anyOf is JsonArray { Count: 2 } both && both[0] is JsonObject { Count: 1 } first && both[1] is JsonObject { Count: 1 } second
        && first.Text("type") == "integer" && second.Text("type") == "string";

    static IEnumerable<(string Name, JsonObject Field)> Properties(JsonObject s) =>
        (s["properties"] as JsonObject ?? []).Where(p => p.Value is JsonObject).Select(p => (p.Key, (JsonObject)p.Value!));
}
