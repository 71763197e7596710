using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fairlead.Json;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Security;

/// <summary>Looks whether what a token is bound to is still there, with the same uid.</summary>
/// <param name="kind">ServiceAccount, Pod, Secret or Node.</param>
/// <param name="ns">Null for a Node.</param>
public delegate ValueTask<bool> BoundObjectLookup(string kind, string? ns, string name, string uid, CancellationToken cancellation);

/// <summary>
/// Issues and recognises the bearer tokens of service accounts: JWTs with the claims that Kubernetes writes
/// (KEP-1205, KEP-4193). A token dies with its time, its account and what it is bound to.
/// </summary>
/// <param name="key">ECDSA P-256; see <see cref="ClusterAuthority.TokenKey"/>.</param>
/// <param name="issuer">The iss claim, and the audience of tokens that ask for none.</param>
/// <param name="exists">Null: bound objects are taken to be there.</param>
public sealed class ServiceAccountTokens(ECDsa key, string issuer, TimeProvider clock, BoundObjectLookup? exists) : ITokenIssuer, ITokenAuthenticator
{
    public const string DefaultIssuer = "https://kubernetes.default.svc.cluster.local";

    const int MostRemembered = 4096;

    readonly SignedToken tokens = new(key);
    readonly ConcurrentDictionary<string, ServiceAccountClaims> verified = new(StringComparer.Ordinal);

    public string Audience => issuer;

    public IReadOnlyList<JsonObject> PublicKeys => tokens.PublicKeys;

    /// <summary>
    /// From now on the first key signs and all of them verify: a new key comes first, an old one stays behind it until its
    /// last token has ended. Keys are ECDSA P-256 and remain their owner's, who disposes none while it may be in use.
    /// </summary>
    public void Use(IReadOnlyList<ECDsa> keys)
    {
        tokens.Use(keys);
        verified.Clear(); // what a key that has gone signed was remembered
    }

    public ValueTask<IssuedToken> IssueAsync(TokenClaims claims, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var expires = DateTimeOffset.FromUnixTimeSeconds((now + claims.Lifetime).ToUnixTimeSeconds());
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body)) WriteClaims(json, claims, now, expires);
        return new(new IssuedToken(tokens.Sign(body.WrittenSpan), expires));
    }

    public async ValueTask<UserInfo?> AuthenticateAsync(string token, CancellationToken cancellation)
    {
        if (Claims(token) is not { } claims || !claims.IsValidAt(clock.GetUtcNow())) return null;
        if (exists is not null)
        {
            foreach (var bound in claims.Bound)
            {
                if (!await exists(bound.Kind, bound.Namespace, bound.Name, bound.Uid, cancellation).ConfigureAwait(false)) return null;
            }
        }
        return claims.User;
    }

    /// <summary>A signature costs 0.1 ms to check, and a client shows the same token at every request.</summary>
    ServiceAccountClaims? Claims(string token)
    {
        var digest = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (verified.TryGetValue(digest, out var known)) return known;
        using var body = tokens.Verify(token);
        if (body is null || ServiceAccountClaims.Read(body.RootElement, issuer) is not { } claims) return null;
        if (verified.Count >= MostRemembered) verified.Clear();
        verified[digest] = claims;
        return claims;
    }

    void WriteClaims(Utf8JsonWriter json, TokenClaims claims, DateTimeOffset now, DateTimeOffset expires)
    {
        json.WriteStartObject();
        json.WriteStartArray("aud");
        foreach (var audience in claims.Audiences.Count > 0 ? claims.Audiences : [issuer]) json.WriteStringValue(audience);
        json.WriteEndArray();
        json.WriteNumber("exp", expires.ToUnixTimeSeconds());
        json.WriteNumber("iat", now.ToUnixTimeSeconds());
        json.WriteString("iss", issuer);
        json.WriteString("jti", RandomId.Next());
        json.WriteStartObject("kubernetes.io");
        json.WriteString("namespace", claims.Namespace);
        WriteReference(json, "serviceaccount", claims.ServiceAccount, claims.ServiceAccountUid);
        if (claims.BoundKind is { } kind) WriteReference(json, kind.ToLowerInvariant(), claims.BoundName ?? "", claims.BoundUid ?? "");
        json.WriteEndObject();
        json.WriteNumber("nbf", now.ToUnixTimeSeconds());
        json.WriteString("sub", $"system:serviceaccount:{claims.Namespace}:{claims.ServiceAccount}");
        json.WriteEndObject();
    }

    static void WriteReference(Utf8JsonWriter json, string property, string name, string uid)
    {
        json.WriteStartObject(property);
        json.WriteString("name", name);
        json.WriteString("uid", uid);
        json.WriteEndObject();
    }
}
