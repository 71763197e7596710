using System.Net;
using Fairlead.Json;
using Fairlead.Server.Health;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Authentication;

/// <summary>
/// Where others find by which keys the tokens of service accounts are verified: /.well-known/openid-configuration and
/// /openid/v1/jwks. Source: KEP-1393; OpenID Connect Discovery 1.0 §3; RFC 7517.
/// </summary>
public sealed class IssuerDocuments(ITokenIssuer issuer, Func<IPEndPoint> address) : IDocument
{
    const string Configuration = "/.well-known/openid-configuration";
    const string Keys = "/openid/v1/jwks";
    const string AnHour = "public, max-age=3600";

    /// <summary>None without an issuer, and none for one that is no https URL, as clients would not take them.</summary>
    public static IEnumerable<IDocument> Of(ITokenIssuer? issuer, Func<IPEndPoint> address) =>
        issuer is not null && Uri.TryCreate(issuer.Audience, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps
            ? [new IssuerDocuments(issuer, address)] : [];

    public bool Answers(string path) => path is Configuration or Configuration + "/" or Keys or Keys + "/";

    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(call);
        var keys = issuer.PublicKeys;
        return new(call.Path.StartsWith(Keys, StringComparison.Ordinal)
            ? new ApiAnswer { Body = StoredObject.Bytes(new JsonObject { ["keys"] = List(keys) }), ContentType = "application/jwk-set+json", CacheControl = AnHour }
            : new ApiAnswer { Body = StoredObject.Bytes(Describe(keys)), CacheControl = AnHour });
    }

    JsonObject Describe(IReadOnlyList<JsonObject> keys) => new()
    {
        ["issuer"] = issuer.Audience,
        ["jwks_uri"] = $"https://{address()}{Keys}",
        ["response_types_supported"] = new JsonArray("id_token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = List(keys.Select(k => k.Text("alg")).Distinct().Order(StringComparer.Ordinal).Select(a => (JsonNode?)a)),
    };

    static JsonArray List(IEnumerable<JsonNode?> items) => new(items.ToArray());
}
