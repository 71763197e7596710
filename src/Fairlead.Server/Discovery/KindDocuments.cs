using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Fairlead.Api.Discovery;
using Fairlead.Api.OpenApi;
using Fairlead.Server.Health;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Discovery;

/// <summary>
/// What is served, as documents: /api and /apis (whole or aggregated, by Accept), /openapi/v2 (as JSON or protobuf, by
/// Accept) and /openapi/v3. Each is rendered at its first request and kept until the kinds change.
/// </summary>
public sealed class KindDocuments(ResourceCatalog catalog, Func<string> address) : IDocument
{
    /// <summary>The version that OpenAPI documents state.</summary>
    const string Version = "v1.33.0";

    readonly ConcurrentDictionary<(object Kinds, string Path), ReadOnlyMemory<byte>?> rendered = new();

    public bool Answers(string path) => path is "/api" or "/apis" or "/openapi/v2" or "/openapi/v3"
        || path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/apis/", StringComparison.Ordinal) || path.StartsWith("/openapi/v3/", StringComparison.Ordinal);

    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call, CancellationToken cancellation)
    {
        var path = call.Path.TrimEnd('/');
        if (path is "/api" or "/apis" && AggregatedVersion(call.Accept) is { } version)
        {
            return new(Answer(call, $"{path}?{version}", AggregatedDiscovery.ContentType(version), () => StoredObject.Bytes(
                path == "/api" ? AggregatedDiscovery.Core(catalog.All, version) : AggregatedDiscovery.Groups(catalog.All, version))));
        }
        if (path == "/openapi/v2" && OpenApiV2Protobuf.IsAccepted(call.Accept))
        {
            return new(Answer(call, $"{path}?protobuf", OpenApiV2Protobuf.ContentType, () => OpenApiV2Protobuf.Encode(OpenApiV2.Document(catalog.All, Version))));
        }
        return new(Answer(call, path, ApiAnswer.Json, () => Render(path)));
    }

    ApiAnswer Answer(ApiCall call, string key, string type, Func<ReadOnlyMemory<byte>?> render)
    {
        if (rendered.Count > 200) rendered.Clear();
        var body = rendered.GetOrAdd((catalog.All, key), _ => render()) ?? throw Refuse.NoSuchResource();
        var etag = $"\"{OpenApiV3.Hash(body)}\"";
        return call.IfNoneMatch == etag
            ? new ApiAnswer { Code = 304, ContentType = type, ETag = etag }
            : new ApiAnswer { Body = body, ContentType = type, ETag = etag };
    }

    ReadOnlyMemory<byte>? Render(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["openapi", "v3", .. var rest] && rest.Length > 0)
        {
            // Not by a conditional expression: in one, null would become an empty document.
            if (OpenApiV3.Documents(catalog.All, Version).TryGetValue(string.Join('/', rest), out var document)) return document;
            return null;
        }
        JsonObject? json = parts switch
        {
            ["api"] => DiscoveryDocuments.Api(address()),
            ["apis"] => DiscoveryDocuments.Groups(catalog.All),
            ["api", var version] => DiscoveryDocuments.Resources(catalog.All, "", version),
            ["apis", var group] => DiscoveryDocuments.Group(catalog.All, group),
            ["apis", var group, var version] => DiscoveryDocuments.Resources(catalog.All, group, version),
            ["openapi", "v2"] => OpenApiV2.Document(catalog.All, Version),
            ["openapi", "v3"] => OpenApiV3.Root(OpenApiV3.Documents(catalog.All, Version)),
            _ => null,
        };
        if (json is null) return null;
        return StoredObject.Bytes(json);
    }

    /// <summary>v2 or v2beta1 if the client would take aggregated discovery, and prefers it to the plain form.</summary>
    static string? AggregatedVersion(string? accept)
    {
        foreach (var part in (accept ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (part is ApiAnswer.Json or "*/*") return null;
            if (!part.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal)) continue;
            return part.Contains("v=v2beta1", StringComparison.Ordinal) ? "v2beta1" : "v2";
        }
        return null;
    }
}
