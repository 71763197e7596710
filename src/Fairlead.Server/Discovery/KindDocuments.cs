using System.Collections.Concurrent;
using Fairlead.Api.Discovery;
using Fairlead.Api.OpenApi;
using Fairlead.Json;
using Fairlead.Server.Health;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Discovery;

/// <summary>
/// What is served, here and by other servers, as documents: /api and /apis (whole or aggregated, by Accept), /openapi/v2 (as JSON or protobuf, by
/// Accept) and /openapi/v3. Each is rendered at its first request and kept until the kinds change.
/// </summary>
public sealed class KindDocuments(ServedGroups served, Func<string> address) : IDocument
{
    /// <summary>The version that OpenAPI documents state.</summary>
    const string Version = "v1.33.0";

    readonly ConcurrentDictionary<(object Basis, string Path), ReadOnlyMemory<byte>?> rendered = new();
    ServedGroups.Snapshot? seen;

    public bool Answers(string path) => path is "/api" or "/apis" or "/openapi/v2" or "/openapi/v3"
        || path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/apis/", StringComparison.Ordinal) || path.StartsWith("/openapi/v3/", StringComparison.Ordinal);

    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call, CancellationToken cancellation)
    {
        var path = call.Path.TrimEnd('/');
        var now = served.Current;
        if (path is "/api" or "/apis" && AggregatedVersion(call.Accept) is { } version)
        {
            return new(Answer(call, now, $"{path}?{version}", AggregatedDiscovery.ContentType(version), () => StoredObject.Bytes(
                path == "/api" ? AggregatedDiscovery.Core(now.Kinds, version) : AggregatedDiscovery.Groups(now.Groups, now.Kinds, now.Others, version))));
        }
        if (path == "/openapi/v2" && OpenApiV2Protobuf.IsAccepted(call.Accept))
        {
            return new(Answer(call, now, $"{path}?protobuf", OpenApiV2Protobuf.ContentType, () => OpenApiV2Protobuf.Encode(Swagger(now))));
        }
        return new(Answer(call, now, path, ApiAnswer.Json, () => Render(now, path)));
    }

    ApiAnswer Answer(ApiCall call, ServedGroups.Snapshot now, string key, string type, Func<ReadOnlyMemory<byte>?> render)
    {
        if (rendered.Count > 200) rendered.Clear();
        Forget(now);
        var body = rendered.GetOrAdd((BasisOf(now, key), key), _ => render()) ?? throw Refuse.NoSuchResource();
        var etag = $"\"{OpenApiV3.Hash(body)}\"";
        return call.IfNoneMatch == etag
            ? new ApiAnswer { Code = 304, ContentType = type, ETag = etag }
            : new ApiAnswer { Body = body, ContentType = type, ETag = etag };
    }

    /// <summary>What a document rests on. Schemas take long to write, and the state of another server is not in them.</summary>
    static object BasisOf(ServedGroups.Snapshot now, string key) => key.StartsWith("/openapi/v2", StringComparison.Ordinal) ? (now.Kinds, now.Swaggers)
        : key.StartsWith("/openapi/", StringComparison.Ordinal) ? (now.Kinds, now.Hashes) : now;

    static JsonObject Swagger(ServedGroups.Snapshot now) => OpenApiV2.Document(now.Kinds, Version, now.Swaggers.Values.Select(s => s.Part).OfType<OpenApiV2Part>());

    void Forget(ServedGroups.Snapshot now)
    {
        if (ReferenceEquals(Interlocked.Exchange(ref seen, now), now)) return;
        foreach (var key in rendered.Keys.Where(k => !k.Basis.Equals(BasisOf(now, k.Path)))) rendered.TryRemove(key, out _);
    }

    ReadOnlyMemory<byte>? Render(ServedGroups.Snapshot now, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["openapi", "v3", .. var rest] && rest.Length > 0)
        {
            // Not by a conditional expression: in one, null would become an empty document.
            if (OpenApiV3.Documents(now.Kinds, Version).TryGetValue(string.Join('/', rest), out var document)) return document;
            return null;
        }
        JsonObject? json = parts switch
        {
            ["api"] => DiscoveryDocuments.Api(address()),
            ["apis"] => DiscoveryDocuments.Groups(now.Groups),
            ["api", var version] => DiscoveryDocuments.Resources(now.Kinds, "", version),
            ["apis", var group] => DiscoveryDocuments.Group(now.Groups, group),
            ["apis", var group, var version] => DiscoveryDocuments.Resources(now.Kinds, group, version),
            ["openapi", "v2"] => Swagger(now),
            ["openapi", "v3"] => OpenApiV3.Root(OpenApiV3.Documents(now.Kinds, Version), now.Hashes),
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
