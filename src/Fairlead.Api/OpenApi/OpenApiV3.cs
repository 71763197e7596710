using System.Security.Cryptography;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.OpenApi;

/// <summary>/openapi/v3: a root that names one OpenAPI 3.0 document for each group and version.</summary>
public static class OpenApiV3
{
    /// <summary>The documents, as UTF-8 JSON, by the part of their path after /openapi/v3/: api/v1, apis/apps/v1.</summary>
    /// <param name="kinds">All definitions.</param>
    /// <param name="version">The server's version, such as v1.33.0.</param>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Documents(IEnumerable<ResourceDefinition> kinds, string version) =>
        kinds.GroupBy(PathOf).ToDictionary(g => g.Key, g => JsonTree.Write(Document(g, version)));

    /// <summary>The root. Each address carries a hash of its document, so that clients fetch again only what changed.</summary>
    public static JsonObject Root(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> documents) => Root(documents, new Dictionary<string, string>());

    /// <summary>The root with documents of other servers.</summary>
    /// <param name="others">By the path of each its hash.</param>
    public static JsonObject Root(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> documents, IReadOnlyDictionary<string, string> others)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(others);
        var paths = new JsonObject();
        foreach (var (path, hash) in documents.Select(d => (d.Key, Hash(d.Value))).Concat(others.Select(o => (o.Key, o.Value))).OrderBy(d => d.Key, StringComparer.Ordinal))
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={hash}" };
        return new() { ["paths"] = paths };
    }

    /// <summary>What follows hash= in a document's address, and what its ETag may be.</summary>
    public static string Hash(ReadOnlyMemory<byte> document) => Convert.ToHexString(SHA256.HashData(document.Span));

    /// <summary>One document: the kinds of one group and version, with every type that they use.</summary>
    public static JsonObject Document(IEnumerable<ResourceDefinition> kinds, string version)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        var schemas = new OpenApiSchemas(v3: true);
        var operations = new OpenApiPaths(schemas);
        var paths = new JsonObject();
        foreach (var kind in kinds) operations.Add(paths, kind);
        schemas.WatchEvent();
        return new()
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = version },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.Definitions() },
        };
    }

    static string PathOf(ResourceDefinition kind) =>
        kind.Group.Length == 0 ? $"api/{kind.Version}" : $"apis/{kind.Group}/{kind.Version}";
}
