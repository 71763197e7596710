using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Authentication.Oidc;

/// <summary>
/// Recognises the tokens of one OpenID Connect issuer: signature, iss, aud, exp, nbf (RFC 7519 §4.1), then the rules and
/// mappings of its configuration (KEP-3331).
/// </summary>
/// <param name="refused">Told why a token of this issuer was not taken; null: nobody is. The client never learns it.</param>
public sealed class JwtAuthenticator(JwtIssuer issuer, TimeProvider clock, Action<string>? refused = null) : ITokenAuthenticator, IDisposable
{
    /// <summary>Longer tokens are not looked at.</summary>
    const int Longest = 64 * 1024;

    static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    readonly IssuerKeys keys = new(issuer.Url, issuer.DiscoveryUrl, issuer.AuthorityPem, clock);

    public async ValueTask<UserInfo?> AuthenticateAsync(string token, CancellationToken cancellation)
    {
        if (token.Length > Longest || token.Split('.', 4) is not [var head, var body, var tail]) return null;
        if (Decoded(body) is not { } claims || claims.Text("iss") != issuer.Url) return null; // someone else's
        if (Decoded(head) is not { } header || !Base64Url.IsValid(tail)) return null;
        try
        {
            var algorithm = header.Text("alg") ?? "";
            // Extensions that must be understood are not (RFC 7515 §4.1.11).
            if (!issuer.Algorithms.Contains(algorithm) || header.ContainsKey("crit")) throw new ClaimException($"oidc: tokens signed with \"{algorithm}\" are not taken");
            Check(claims);
            var signed = Encoding.ASCII.GetBytes($"{head}.{body}");
            if (!await keys.VerifyAsync(header.Text("kid"), algorithm, signed, Base64Url.DecodeFromChars(tail), cancellation).ConfigureAwait(false))
                throw new ClaimException("oidc: failed to verify signature");
            return issuer.User(claims);
        }
        catch (Exception e) when (e is ClaimException or HttpRequestException)
        {
            refused?.Invoke($"a token of {issuer.Url} is not taken: {e.Message}");
            return null;
        }
    }

    public void Dispose() => keys.Dispose();

    void Check(JsonObject claims)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (Seconds(claims, "exp") is not { } expires || now >= expires) throw new ClaimException("oidc: token is expired or has no exp");
        if (claims.ContainsKey("nbf") && (Seconds(claims, "nbf") is not { } from || now < from - Leeway.TotalSeconds)) throw new ClaimException("oidc: token is not yet valid");
        var audiences = claims.Text("aud") is { } one ? [one] : claims.Texts("aud").ToArray();
        if (!audiences.Any(issuer.Audiences.Contains)) throw new ClaimException($"oidc: the token is for {string.Join(", ", audiences)}");
    }

    /// <summary>RFC 7519 NumericDate, which may have a fraction.</summary>
    static double? Seconds(JsonObject claims, string claim) =>
        claims[claim] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out double seconds) ? seconds : null;

    static JsonObject? Decoded(string part)
    {
        if (!Base64Url.IsValid(part)) return null;
        try { return JsonTree.ParseObject(Base64Url.DecodeFromChars(part)); }
        catch (MalformedInputException) { return null; }
    }
}
