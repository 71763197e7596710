using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Server.Tests.Identity;

/// <summary>A small OpenID Connect issuer over TLS.</summary>
sealed class TestIssuer : IAsyncDisposable
{
    JsonServer server = null!;

    public RSA Rsa { get; } = RSA.Create(2048);
    public ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
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
        var (rsa, ec) = (Rsa.ExportParameters(false), Ec.ExportParameters(false));
        return new()
        {
            ["keys"] = new JsonArray(
                new JsonObject { ["kty"] = "RSA", ["kid"] = RsaId, ["use"] = "sig", ["n"] = Base64Url.EncodeToString(rsa.Modulus), ["e"] = Base64Url.EncodeToString(rsa.Exponent) },
                new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = "ec", ["x"] = Base64Url.EncodeToString(ec.Q.X), ["y"] = Base64Url.EncodeToString(ec.Q.Y) },
                new JsonObject { ["kty"] = "oct", ["kid"] = "of another kind" }),
        };
    }

    public JsonObject Claims(string subject, int fromNow = 600) => new()
    {
        ["iss"] = Url, ["aud"] = "fairlead", ["sub"] = subject, ["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + fromNow,
    };

    public string Sign(JsonObject claims, string algorithm = "RS256", string? id = null, RSA? rsa = null)
    {
        var signed = $"{Part(new() { ["alg"] = algorithm, ["kid"] = id ?? (algorithm[0] == 'E' ? "ec" : RsaId) })}.{Part(claims)}";
        var data = Encoding.ASCII.GetBytes(signed);
        var signature = algorithm switch
        {
            "RS256" => (rsa ?? Rsa).SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PS384" => (rsa ?? Rsa).SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pss),
            "ES256" => Ec.SignData(data, HashAlgorithmName.SHA256),
            "HS256" => HMACSHA256.HashData(Rsa.ExportSubjectPublicKeyInfo(), data),
            _ => [],
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Rsa.Dispose();
        Ec.Dispose();
    }
}
