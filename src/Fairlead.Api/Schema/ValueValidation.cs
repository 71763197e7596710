using System.Globalization;
using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>
/// Holds a value of a custom kind against its schema: types, bounds, forms, combinations, and the uniqueness that list
/// types ask for. The words are those of kube-openapi's validator, which users of custom resources know.
/// </summary>
static class ValueValidation
{
    /// <summary>Adds what is wrong with the value and with what it contains.</summary>
    public static void Validate(JsonNode? node, SchemaNode schema, FieldErrors errors, FieldPath path)
    {
        if (node is null && schema.Nullable) return;
        if (!TypeFits(node, schema, errors, path)) return;
        if (schema.Checks is { } checks)
        {
            Combinations.Check(node, checks, errors, path);
            ScalarChecks.Check(node, checks, errors, path);
        }
        if (node is JsonArray array) Elements(array, schema, errors, path);
        else if (node is JsonObject obj) Fields(obj, schema, errors, path);
    }

    /// <summary>name in body, as each message begins.</summary>
    public static string In(FieldPath path) => $"{path} in body";

    /// <summary>Adds an invalid value.</summary>
    public static void Invalid(FieldErrors errors, FieldPath path, JsonNode? value, string detail) =>
        errors.Add(FieldErrorType.FieldValueInvalid, path.ToString(), $"Invalid value: {Show(value)}: {In(path)} {detail}");

    public static string Show(JsonNode? value) => value is null ? "null" : Json.JsonText.Of(value);

    static bool TypeFits(JsonNode? node, SchemaNode schema, FieldErrors errors, FieldPath path)
    {
        if (schema.Source is null && node is not null) return true; // read as the record's type before
        var kind = node?.GetValueKind() ?? JsonValueKind.Null;
        var fits = schema.IntOrString
            ? kind == JsonValueKind.String || (kind == JsonValueKind.Number && Numbers.IsWhole(node!))
            : schema.Type switch
            {
                SchemaType.Object => kind == JsonValueKind.Object,
                SchemaType.Array => kind == JsonValueKind.Array,
                SchemaType.String => kind == JsonValueKind.String,
                SchemaType.Boolean => kind is JsonValueKind.True or JsonValueKind.False,
                SchemaType.Number => kind == JsonValueKind.Number,
                SchemaType.Integer => kind == JsonValueKind.Number && Numbers.IsWhole(node!),
                _ => true,
            };
        if (fits) return true;
        var wanted = schema.IntOrString ? "integer,string" : schema.Type.ToString().ToLowerInvariant();
        var got = kind switch
        {
            JsonValueKind.Number => Numbers.IsWhole(node!) ? "integer" : "number",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            _ => kind.ToString().ToLowerInvariant(),
        };
        errors.Add(FieldErrorType.FieldValueTypeInvalid, path.ToString(), $"Invalid value: \"{got}\": {In(path)} must be of type {wanted}: \"{got}\"");
        return false;
    }

    static void Elements(JsonArray array, SchemaNode schema, FieldErrors errors, FieldPath path)
    {
        if (schema.Checks is { } checks)
        {
            if (array.Count > checks.MaxItems) errors.TooMany(path.ToString(), array.Count, (int)checks.MaxItems.Value);
            if (array.Count < checks.MinItems) Invalid(errors, path, array.Count, $"should have at least {checks.MinItems} items");
        }
        if (schema.Items is { } items)
            for (var i = 0; i < array.Count; i++)
            {
                path.Push(i);
                Child(array[i], items, errors, path);
                path.Pop();
            }
        if (schema.ListType != ListType.Atomic) Unique(array, schema, errors, path);
    }

    static void Fields(JsonObject obj, SchemaNode schema, FieldErrors errors, FieldPath path)
    {
        if (schema.Checks is { } checks)
        {
            if (obj.Count > checks.MaxProperties) errors.TooMany(path.ToString(), obj.Count, (int)checks.MaxProperties.Value);
            if (obj.Count < checks.MinProperties) Invalid(errors, path, obj.Count, $"should have at least {checks.MinProperties} properties");
        }
        foreach (var name in schema.Required)
            if (!obj.ContainsKey(name)) errors.Required(path.Of(name));
        foreach (var (name, value) in obj)
        {
            var field = schema.Properties?.GetValueOrDefault(name) ?? schema.AdditionalProperties;
            if (field is null) continue;
            path.Push(name);
            Child(value, field, errors, path);
            path.Pop();
        }
    }

    static void Child(JsonNode? value, SchemaNode schema, FieldErrors errors, FieldPath path)
    {
        if (schema.Source is not null || schema.Checks is not null) Validate(value, schema, errors, path);
        else StructuralValidation.ValidateAt(value, schema, errors, path);
    }

    /// <summary>x-kubernetes-list-type set and map: no element, or no key, twice.</summary>
    static void Unique(JsonArray array, SchemaNode schema, FieldErrors errors, FieldPath path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < array.Count; i++)
        {
            var shown = schema.ListType == ListType.Set ? Show(array[i]) : Key(array[i] as JsonObject, schema.ListMapKeys);
            if (seen.Add(shown)) continue;
            errors.Add(FieldErrorType.FieldValueDuplicate, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", $"Duplicate value: {shown}");
        }
    }

    static string Key(JsonObject? element, IReadOnlyList<string> keys)
    {
        var key = new JsonObject();
        foreach (var name in keys.Order(StringComparer.Ordinal))
            if (element?[name] is { } value) key[name] = value.DeepClone();
        return Show(key);
    }
}
