using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>Where in a schema a walk is.</summary>
/// <param name="IsRoot">True at the root.</param>
/// <param name="InMetadata">Inside apiVersion, kind or metadata.</param>
/// <param name="NoDefaults">Why no defaults may be set here; null if they may.</param>
/// <param name="Uncorrelatable">The first node above whose old and new values cannot be told apart; null if there is none.</param>
/// <param name="InJunctor">Below allOf, anyOf, oneOf or not.</param>
readonly record struct SchemaPlace(bool IsRoot = false, bool InMetadata = false, string? NoDefaults = null, string? Uncorrelatable = null, bool InJunctor = false);

/// <summary>Which keywords a schema may use, and how they go together.</summary>
static class KeywordRules
{
    static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];

    static readonly (string Key, string Words)[] Unsupported =
    [
        ("id", "id is not supported"), ("additionalItems", "additionalItems is not supported"), ("patternProperties", "patternProperties is not supported"),
        ("definitions", "definitions is not supported"), ("dependencies", "dependencies is not supported"), ("$ref", "$ref is not supported"),
    ];

    public static void Validate(JsonObject schema, string path, SchemaPlace place, FieldErrors errors)
    {
        var type = schema.Text("type");
        if (type == "null") errors.Forbidden(path + ".type", "type cannot be set to null, use nullable as an alternative");
        else if (type.Length > 0 && !Types.Contains(type)) errors.NotSupported(path + ".type", type, Types);
        if (schema["default"] is not null && place.NoDefaults is { } reason) errors.Forbidden(path + ".default", $"must not be set {reason}".TrimEnd());
        foreach (var (key, words) in Unsupported)
            if (schema[key] is not null && schema[key].AsText() is not "") errors.Forbidden($"{path}.{key}", words);
        if (place.InMetadata && schema.Flag("x-kubernetes-embedded-resource"))
            errors.Forbidden(path + ".x-kubernetes-embedded-resource", "must not be used inside of resource meta");
        if (schema.Flag("uniqueItems"))
            errors.Forbidden(path + ".uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        if (schema["x-kubernetes-preserve-unknown-fields"] is JsonValue keep && keep.GetValueKind() == JsonValueKind.False)
            errors.Invalid(path + ".x-kubernetes-preserve-unknown-fields", false, "must be true or undefined");
        ListTypeRules.Validate(schema, path, errors);
        Below(schema, path, place with { IsRoot = false }, place.IsRoot, errors);
        RuleRules.Validate(schema, path, place, errors);
    }

    static void Below(JsonObject schema, string path, SchemaPlace place, bool isRoot, FieldErrors errors)
    {
        if (schema["additionalProperties"] is { } additional)
        {
            if (schema["properties"] is JsonObject { Count: > 0 } && !(additional is JsonValue v && v.GetValueKind() == JsonValueKind.True))
                errors.Forbidden(path + ".additionalProperties", "additionalProperties and properties are mutual exclusive");
            var inside = place.InMetadata ? place with { NoDefaults = "inside additionalProperties applying to object metadata" } : place;
            if (additional is JsonObject entry) Validate(entry, path + ".additionalProperties", inside, errors);
        }
        foreach (var (name, value) in schema["properties"] as JsonObject ?? [])
        {
            if (value is not JsonObject field) continue;
            var inside = schema.Text("x-kubernetes-map-type") == "atomic" ? place with { Uncorrelatable = place.Uncorrelatable ?? path } : place;
            if ((isRoot || schema.Flag("x-kubernetes-embedded-resource")) && name is "metadata" or "kind" or "apiVersion")
                inside = inside with { InMetadata = true, NoDefaults = isRoot ? $"in top-level {name}" : inside.NoDefaults };
            Validate(field, $"{path}.properties[{name}]", inside, errors);
        }
        if (schema["not"] is JsonObject not) Validate(not, path + ".not", place with { InJunctor = true }, errors);
        foreach (var junctor in (string[])["allOf", "oneOf", "anyOf"])
            foreach (var (i, inner) in schema.Each(junctor))
                Validate(inner, $"{path}.{junctor}[{i}]", place with { InJunctor = true }, errors);
        if (schema["items"] is JsonObject items)
            Validate(items, path + ".items", schema.Text("x-kubernetes-list-type") == "map" ? place : place with { Uncorrelatable = place.Uncorrelatable ?? path }, errors);
    }
}
