using System.Text.Json.Nodes;
using Fairlead.Api.Resources;

namespace Fairlead.Api.OpenApi;

/// <summary>/openapi/v2: every kind in one Swagger 2.0 document.</summary>
public static class OpenApiV2
{
    /// <param name="kinds">All definitions.</param>
    /// <param name="version">The server's version, such as v1.33.0.</param>
    public static JsonObject Document(IEnumerable<ResourceDefinition> kinds, string version)
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
