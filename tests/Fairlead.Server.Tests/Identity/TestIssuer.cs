using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Json;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Server.Tests.Identity;

/// <summary>A small OpenID Connect issuer over TLS.</summary>
sealed class TestIssuer : IAsyncDisposable
{
    JsonServer server = null!;

    public RSA Rsa { get; } = RSA.Create(2048);

    /// <summary>Keys by the digits of the algorithm that each signs.</summary>
    static readonly IReadOnlyList<(string Digits, string Curve, ECDsa Key)> Elliptic =
    [
        ("256", "P-256", ECDsa.Create(ECCurve.NamedCurves.nistP256)), ("384", "P-384", ECDsa.Create(ECCurve.NamedCurves.nistP384)), ("512", "P-521", ECDsa.Create(ECCurve.NamedCurves.nistP521)),
    ];

    public string Url => server.Url;

    /// <summary>The kid of the RSA key that is shown.</summary>
    public string RsaId { get; set; } = "rsa-1";
    public int Asked { get; private set; }

    public static async Task<TestIssuer> StartAsync()
    {
        var issuer = new TestIssuer();
        issuer.server = await JsonServer.StartAsync(http => Task.FromResult(issuer.Answer(http)));
        return issuer;
    }

    JsonObject Answer(HttpContext http)
    {
        if (http.Request.Path == "/.well-known/openid-configuration") return new() { ["issuer"] = Url, ["jwks_uri"] = Url + "/keys" };
        Asked++;
        var rsa = Rsa.ExportParameters(false);
        return new()
        {
            ["keys"] = new JsonArray([
                new JsonObject { ["kty"] = "RSA", ["kid"] = RsaId, ["use"] = "sig", ["n"] = Base64Url.EncodeToString(rsa.Modulus), ["e"] = Base64Url.EncodeToString(rsa.Exponent) },
                .. Elliptic.Select(k => (k.Digits, k.Curve, k.Key.ExportParameters(false).Q)).Select(k =>
                    new JsonObject { ["kty"] = "EC", ["crv"] = k.Curve, ["kid"] = "ec-" + k.Digits, ["x"] = Base64Url.EncodeToString(k.Q.X), ["y"] = Base64Url.EncodeToString(k.Q.Y) }),
                new JsonObject { ["kty"] = "oct", ["kid"] = "of another kind" }]),
        };
    }

    public JsonObject Claims(string subject, int fromNow = 600) => new()
    {
        ["iss"] = Url, ["aud"] = "fairlead", ["sub"] = subject, ["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + fromNow,
    };

    public string Sign(JsonObject claims, string algorithm = "RS256", string? id = null, RSA? rsa = null)
    {
        var signed = $"{Part(new() { ["alg"] = algorithm, ["kid"] = id ?? (algorithm[0] == 'E' ? "ec-" + algorithm[2..] : RsaId) })}.{Part(claims)}";
        var data = Encoding.ASCII.GetBytes(signed);
        var hash = new HashAlgorithmName("SHA" + algorithm[2..]);
        var signature = algorithm[..2] switch
        {
            "RS" => (rsa ?? Rsa).SignData(data, hash, RSASignaturePadding.Pkcs1),
            "PS" => (rsa ?? Rsa).SignData(data, hash, RSASignaturePadding.Pss),
            "ES" => Elliptic.Single(k => k.Digits == algorithm[2..]).Key.SignData(data, hash),
            "HS" => HMACSHA256.HashData(Rsa.ExportSubjectPublicKeyInfo(), data),
            _ => [],
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Rsa.Dispose();
    }
}
