using Fairlead.Json;

namespace Fairlead.Api.OpenApi;

/// <summary>
/// What another API server's /openapi/v2 says of one version of a group: its paths, and the definitions that they lead
/// to. What has no place in the protobuf form of the document is left out, parameters that it shares stand where they
/// are used. Not to be changed.
/// </summary>
/// <param name="Paths">By path.</param>
/// <param name="Definitions">By name.</param>
public sealed record OpenApiV2Part(JsonObject Paths, JsonObject Definitions)
{
    const string DefinitionsAt = "#/definitions/", ParametersAt = "#/parameters/";

    /// <summary>Deepest nesting of schemas that is followed.</summary>
    const int MaxDepth = 100;

    /// <param name="document">The whole document.</param>
    /// <param name="root">Path of the version, such as /apis/GROUP/VERSION.</param>
    /// <returns>Null if it says nothing of the version, or nothing that can be passed on.</returns>
    public static OpenApiV2Part? Read(JsonObject document, string root)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(root);
        if (document["paths"] is not JsonObject all) return null;
        try
        {
            var paths = new JsonObject();
            foreach (var (path, item) in all)
                if (item is JsonObject known && (path.TrimEnd('/') == root || path.StartsWith(root + "/", StringComparison.Ordinal))) paths[path] = PathItem(known, document["parameters"] as JsonObject);
            if (paths.Count == 0) return null;
            var part = new OpenApiV2Part(paths, Reached(paths, document["definitions"] as JsonObject ?? []));
            // What can't be written in protobuf would keep the whole document from those who read that.
            OpenApiV2Protobuf.Encode(new() { ["paths"] = part.Paths.DeepClone(), ["definitions"] = part.Definitions.DeepClone() });
            return part;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or NullReferenceException) { return null; }
    }

    /// <summary>The names of definitions that a node refers to.</summary>
    internal static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject obj => obj.SelectMany(p => p is { Key: "$ref", Value: JsonValue value } ? Named(value) : References(p.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    static IEnumerable<string> Named(JsonValue reference) =>
        reference.TryGetValue(out string? text) && text.StartsWith(DefinitionsAt, StringComparison.Ordinal) ? [text[DefinitionsAt.Length..]] : [];

    /// <summary>A copy in which definitions have other names.</summary>
    internal static JsonNode? Renamed(JsonNode? node, IReadOnlyDictionary<string, string> names)
    {
        switch (node)
        {
            case JsonObject obj:
                var copy = new JsonObject();
                foreach (var (key, value) in obj)
                    copy[key] = key == "$ref" && value is JsonValue text && Named(text).FirstOrDefault() is { } name && names.TryGetValue(name, out var other)
                        ? DefinitionsAt + other : Renamed(value, names);
                return copy;
            case JsonArray list: return new JsonArray([.. list.Select(e => Renamed(e, names))]);
            default: return node?.DeepClone();
        }
    }

    static JsonObject Reached(JsonObject paths, JsonObject all)
    {
        var reached = new JsonObject();
        var open = new Queue<string>(References(paths));
        while (open.TryDequeue(out var name))
        {
            if (reached.ContainsKey(name) || all[name] is not JsonObject definition) continue;
            var schema = Schema(definition, 0);
            reached[name] = schema;
            foreach (var next in References(schema)) open.Enqueue(next);
        }
        return reached;
    }

    static JsonObject Kept(JsonObject obj, GnosticMessage message, Func<string, JsonNode, JsonNode?>? change = null)
    {
        var kept = new JsonObject();
        foreach (var (key, value) in obj)
            if (value is not null && message.Takes(key)) kept[key] = change?.Invoke(key, value) ?? value.DeepClone();
        return kept;
    }

    static JsonObject PathItem(JsonObject item, JsonObject? shared) => Kept(item, OpenApiV2Protobuf.PathItem, (key, value) => (key, value) switch
    {
        ("parameters", JsonArray list) => Parameters(list, shared),
        (_, JsonObject operation) when !key.StartsWith("x-", StringComparison.Ordinal) => Operation(operation, shared),
        _ => null,
    });

    static JsonObject Operation(JsonObject operation, JsonObject? shared) => Kept(operation, OpenApiV2Protobuf.Operation, (key, value) => (key, value) switch
    {
        ("parameters", JsonArray list) => Parameters(list, shared),
        ("responses", JsonObject responses) => new JsonObject(responses.Select(r => KeyValuePair.Create(r.Key, r.Value is JsonObject one
            ? Kept(one, OpenApiV2Protobuf.Response, (field, schema) => field == "schema" && schema is JsonObject body ? Schema(body, 0) : null) : r.Value?.DeepClone()))),
        _ => null,
    });

    static JsonArray Parameters(JsonArray list, JsonObject? shared)
    {
        var kept = new JsonArray();
        foreach (var stated in list.OfType<JsonObject>())
        {
            var parameter = (string?)stated["$ref"] is { } reference && reference.StartsWith(ParametersAt, StringComparison.Ordinal)
                ? shared?[reference[ParametersAt.Length..]] as JsonObject : stated;
            if (parameter is null) continue;
            kept.Add((string?)parameter["in"] switch
            {
                "body" => Kept(parameter, OpenApiV2Protobuf.BodyParameter, (field, schema) => field == "schema" && schema is JsonObject body ? Schema(body, 0) : null),
                "query" => Kept(parameter, OpenApiV2Protobuf.QueryParameter),
                _ => Kept(parameter, OpenApiV2Protobuf.PathParameter),
            });
        }
        return kept;
    }

    /// <exception cref="ArgumentException">Nested too deeply.</exception>
    static JsonObject Schema(JsonObject schema, int depth)
    {
        if (depth > MaxDepth) throw new ArgumentException("a schema is nested too deeply");
        return Kept(schema, OpenApiV2Protobuf.Schema, (key, value) => (key, value) switch
        {
            ("properties", JsonObject fields) => new JsonObject(fields.Where(f => f.Value is JsonObject).Select(f => KeyValuePair.Create(f.Key, (JsonNode?)Schema((JsonObject)f.Value!, depth + 1)))),
            ("items" or "additionalProperties", JsonObject below) => Schema(below, depth + 1),
            ("allOf", JsonArray all) => new JsonArray([.. all.OfType<JsonObject>().Select(s => Schema(s, depth + 1))]),
            _ => null,
        });
    }
}
