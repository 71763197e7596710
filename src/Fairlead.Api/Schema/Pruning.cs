using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>
/// Takes out of an object what its schema does not know, and what says nothing: unknown fields and nulls. A null field
/// is an absent one; a null in a list or map stands for the empty value of its type, as it does upstream.
/// </summary>
public static class Pruning
{
    const int MaxReports = 100;

    /// <summary>Prunes in place.</summary>
    /// <returns>For each field taken out, <c>unknown field "spec.containers[0].imagee"</c>; at most a hundred.</returns>
    public static IReadOnlyList<string> Prune(JsonObject obj, SchemaNode schema)
    {
        ArgumentNullException.ThrowIfNull(obj);
        ArgumentNullException.ThrowIfNull(schema);
        var walk = new Walk();
        walk.Object(obj, schema);
        return walk.Unknown;
    }

    sealed class Walk
    {
        readonly FieldPath path = new();

        public List<string> Unknown { get; } = [];

        void Value(JsonNode? value, SchemaNode schema)
        {
            if (value is JsonObject obj) Object(obj, schema);
            else if (value is JsonArray array && schema.Items is { } items) Array(array, items);
        }

        public void Object(JsonObject obj, SchemaNode schema)
        {
            List<string>? remove = null;
            List<(string, JsonNode)>? zero = null;
            foreach (var (name, value) in obj)
            {
                if (schema.Glance.Field(name) is { } field)
                {
                    if (value is null && !KeepsNull(field)) (remove ??= []).Add(name);
                    else Visit(name, value, field);
                }
                else if (schema.AdditionalProperties is { } entry)
                {
                    if (value is not null || KeepsNull(entry)) Visit(name, value, entry);
                    else if (Zero(entry) is { } empty) (zero ??= []).Add((name, empty));
                    else (remove ??= []).Add(name);
                }
                else if (!schema.PreserveUnknownFields && (schema.Type != SchemaType.Any || schema.Source is not null))
                {
                    if (Unknown.Count < MaxReports) Unknown.Add($"unknown field \"{path.Of(name)}\"");
                    (remove ??= []).Add(name);
                }
            }
            foreach (var name in remove ?? []) obj.Remove(name);
            foreach (var (name, empty) in zero ?? []) obj[name] = empty;
        }

        void Visit(string name, JsonNode? value, SchemaNode schema)
        {
            if (value is not (JsonObject or JsonArray)) return;
            path.Push(name);
            Value(value, schema);
            path.Pop();
        }

        void Array(JsonArray array, SchemaNode items)
        {
            for (var i = 0; i < array.Count; i++)
            {
                if (array[i] is null && !KeepsNull(items) && Zero(items) is { } empty) array[i] = empty;
                path.Push(i);
                Value(array[i], items);
                path.Pop();
            }
        }
    }

    // A custom kind's null is held against its schema; a built-in record has none.
    static bool KeepsNull(SchemaNode schema) => schema.Nullable || schema.Source is not null || (schema.PreserveUnknownFields && schema.Type == SchemaType.Any);

    static JsonNode? Zero(SchemaNode schema) => schema.Type switch
    {
        SchemaType.String when schema.Format is null => JsonValue.Create(""),
        SchemaType.Integer or SchemaType.Number => JsonNode.Parse("0"),
        SchemaType.Boolean => JsonValue.Create(false),
        SchemaType.Object => new JsonObject(),
        SchemaType.String when schema.Format == "byte" => JsonValue.Create(""),
        SchemaType.String when schema.Format == "quantity" => JsonValue.Create("0"),
        _ => null,
    };
}
