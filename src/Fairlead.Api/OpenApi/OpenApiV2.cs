using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.OpenApi;

/// <summary>/openapi/v2: every kind in one Swagger 2.0 document.</summary>
public static class OpenApiV2
{
    const string GroupVersionKinds = "x-kubernetes-group-version-kind";

    /// <param name="kinds">All definitions.</param>
    /// <param name="version">The server's version, such as v1.33.0.</param>
    /// <param name="others">What other servers serve, in the order in which names are given.</param>
    public static JsonObject Document(IEnumerable<ResourceDefinition> kinds, string version, params IEnumerable<OpenApiV2Part> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        var document = Own(kinds, version);
        foreach (var other in others) Add(document, other);
        return document;
    }

    /// <summary>
    /// Adds a part. A path that is there stays as it is; a definition of the same name with something else in it gets a
    /// name of its own (NAME_v2), as upstream.
    /// </summary>
    static void Add(JsonObject document, OpenApiV2Part part)
    {
        var (paths, definitions) = ((JsonObject)document["paths"]!, (JsonObject)document["definitions"]!);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, definition) in part.Definitions)
        {
            var own = name;
            for (var n = 2; definitions[own] is JsonObject there && !IsSame(there, (JsonObject)definition!); n++) own = $"{name}_v{n}";
            if (own != name) names[name] = own;
        }
        foreach (var (name, definition) in part.Definitions)
        {
            var own = names.GetValueOrDefault(name, name);
            if (definitions[own] is JsonObject there) AddKinds(there, (JsonObject)definition!);
            else definitions[own] = OpenApiV2Part.Renamed(definition, names);
        }
        foreach (var (path, item) in part.Paths)
            if (!paths.ContainsKey(path)) paths[path] = OpenApiV2Part.Renamed(item, names);
    }

    /// <summary>True if both say the same, whatever kinds they are the form of.</summary>
    static bool IsSame(JsonObject a, JsonObject b) => JsonNode.DeepEquals(WithoutKinds(a), WithoutKinds(b));

    static JsonObject WithoutKinds(JsonObject definition)
    {
        if (!definition.ContainsKey(GroupVersionKinds)) return definition;
        var copy = (JsonObject)definition.DeepClone();
        copy.Remove(GroupVersionKinds);
        return copy;
    }

    static void AddKinds(JsonObject definition, JsonObject other)
    {
        if (other[GroupVersionKinds] is not JsonArray more) return;
        if (definition[GroupVersionKinds] is not JsonArray kinds) definition[GroupVersionKinds] = kinds = [];
        foreach (var kind in more.Where(m => !kinds.Any(k => JsonNode.DeepEquals(k, m))).ToList()) kinds.Add(kind?.DeepClone());
    }

    static JsonObject Own(IEnumerable<ResourceDefinition> kinds, string version)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        var schemas = new OpenApiSchemas(v3: false);
        var operations = new OpenApiPaths(schemas);
        var paths = new JsonObject();
        foreach (var kind in kinds) operations.Add(paths, kind);
        schemas.WatchEvent();
        return new()
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = version },
            ["paths"] = paths,
            ["definitions"] = schemas.Definitions(),
        };
    }
}
