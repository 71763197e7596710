using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>
/// What a schema alone can say about an object. Wrong types are a malformed request and end it at the first
/// (<see cref="TypeError"/>), in built-in kinds; missing, unsupported and changed fields are collected, and for custom kinds
/// all that their schema says (<see cref="ValueValidation"/>).
/// </summary>
public static class StructuralValidation
{
    /// <summary>
    /// The first value that can't be read as its field's type, in the words of the upstream decoder:
    /// <c>json: cannot unmarshal string into field spec.replicas of type int32</c>. Null if all can. Unknown fields are not looked at.
    /// </summary>
    public static string? TypeError(JsonNode? node, SchemaNode schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return TypeErrorAt(node, schema, new FieldPath());
    }

    /// <summary>Adds every absent required field and every string that its field does not allow.</summary>
    public static void Validate(JsonNode? node, SchemaNode schema, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(errors);
        ValidateAt(node, schema, errors, new FieldPath());
    }

    /// <summary>Adds every immutable field that differs. Lists are not looked into: their elements have no fixed place.</summary>
    public static void ValidateImmutable(JsonObject obj, JsonObject old, SchemaNode schema, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(errors);
        ImmutableAt(obj, old, schema, errors, new FieldPath());
    }

    static string? TypeErrorAt(JsonNode? node, SchemaNode schema, FieldPath path)
    {
        if (node is null) return null;
        if (schema.Source is null && ScalarTypes.Mismatch(node, schema) is { } words) return words.Replace("{path}", path.ToString(), StringComparison.Ordinal);
        if (node is JsonArray array && schema.Items is { } items)
            for (var i = 0; i < array.Count; i++)
            {
                path.Push(i);
                if (TypeErrorAt(array[i], items, path) is { } error) return error;
                path.Pop();
            }
        if (node is JsonObject obj)
            foreach (var (name, value) in obj)
            {
                if (value is null || SchemaOf(schema, name) is not { } field) continue;
                path.Push(name);
                if (TypeErrorAt(value, field, path) is { } error) return error;
                path.Pop();
            }
        return null;
    }

    internal static void ValidateAt(JsonNode? node, SchemaNode schema, FieldErrors errors, FieldPath path)
    {
        if (schema.Source is not null || (schema.Checks is not null && node is not null)) ValueValidation.Validate(node, schema, errors, path);
        else if (node is JsonArray array && schema.Items is { Type: not (SchemaType.Integer or SchemaType.Boolean) } items)
            for (var i = 0; i < array.Count; i++)
            {
                path.Push(i);
                ValidateAt(array[i], items, errors, path);
                path.Pop();
            }
        else if (node is JsonObject obj)
        {
            for (var i = 0; i < schema.Required.Count; i++)
            {
                var name = schema.Required[i];
                if ((!obj.TryGetPropertyValue(name, out var value) || value is null) && schema.Properties?.GetValueOrDefault(name) is not { MayLack: true })
                    errors.Required(path.Of(name));
            }
            foreach (var (name, value) in obj)
            {
                if (value is null) continue;
                if (schema.Glance.Field(name) is { } field) path.Push(name);
                else if ((field = schema.AdditionalProperties) is not null) path.PushKey(name);
                else continue;
                ValidateAt(value, field, errors, path);
                path.Pop();
            }
        }
        else if (schema.Values.Count > 0 && node is JsonValue && node.GetValueKind() == JsonValueKind.String
            && node.GetValue<string>() is { Length: > 0 } text && !schema.Values.Contains(text))
            errors.NotSupported(path.ToString(), text, schema.Values);
    }

    static void ImmutableAt(JsonNode? node, JsonNode? old, SchemaNode schema, FieldErrors errors, FieldPath path)
    {
        if (schema.Immutable && !JsonNode.DeepEquals(node, old))
        {
            errors.Add(FieldErrorType.FieldValueInvalid, path.ToString(),
                $"Invalid value: {node?.ToJsonString() ?? "null"}: field is immutable");
            return;
        }
        if (!schema.Glance.HasImmutable || schema.Properties is null || (node is not JsonObject && old is not JsonObject)) return;
        foreach (var (name, field) in schema.Properties)
        {
            if (!field.Glance.HasImmutable) continue;
            var (now, before) = ((node as JsonObject)?[name], (old as JsonObject)?[name]);
            if (now is null && before is null) continue;
            path.Push(name);
            ImmutableAt(now, before, field, errors, path);
            path.Pop();
        }
    }

    static SchemaNode? SchemaOf(SchemaNode schema, string name) =>
        schema.Glance.Field(name) ?? schema.AdditionalProperties;
}
