using System.Buffers.Text;
using System.Security.Cryptography;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Authentication.Oidc;

/// <summary>
/// A public key of an issuer and the algorithms that it may verify: RS, PS and ES with 256, 384 and 512 (RFC 7517, RFC
/// 7518 §3). A key verifies what its type is for alone, so that no token chooses how it is checked.
/// </summary>
sealed class JsonWebKey
{
    /// <summary>Those that some key can verify.</summary>
    public static readonly IReadOnlyList<string> Algorithms = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

    readonly Func<string, byte[], byte[], bool> verify;

    JsonWebKey(string? id, Func<string, byte[], byte[], bool> verify) => (Id, this.verify) = (id, verify);

    /// <summary>The kid; null if the key has none.</summary>
    public string? Id { get; }

    /// <summary>Whether the signature over the data is this key's by the algorithm.</summary>
    public bool Verifies(string algorithm, byte[] data, byte[] signature) => verify(algorithm, data, signature);

    /// <summary>The key; null for one that is not for verifying, or of a type that is not known, which others of a set may be.</summary>
    public static JsonWebKey? Read(JsonObject? key)
    {
        if (key is null || (key.Text("use") is { } use && use != "sig")) return null;
        var only = key.Text("alg");
        try
        {
            Func<string, byte[], byte[], bool>? verify = key.Text("kty") switch
            {
                "RSA" => Rsa(Bytes(key, "n"), Bytes(key, "e")),
                "EC" => Elliptic(key.Text("crv"), Bytes(key, "x"), Bytes(key, "y")),
                _ => null,
            };
            return verify is null ? null : new(key.Text("kid"), (algorithm, data, signature) => (only is null || only == algorithm) && verify(algorithm, data, signature));
        }
        catch (Exception e) when (e is FormatException or CryptographicException) { return null; }
    }

    static Func<string, byte[], byte[], bool> Rsa(byte[] modulus, byte[] exponent)
    {
        var parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
        using (RSA.Create(parameters)) { } // a key that is none shows here
        return (algorithm, data, signature) =>
        {
            var padding = algorithm[..2] switch { "RS" => RSASignaturePadding.Pkcs1, "PS" => RSASignaturePadding.Pss, _ => null };
            using var rsa = RSA.Create(parameters);
            return padding is not null && rsa.VerifyData(data, signature, Hash(algorithm), padding);
        };
    }

    static Func<string, byte[], byte[], bool>? Elliptic(string? curve, byte[] x, byte[] y)
    {
        (ECCurve Curve, string Algorithm)? known = curve switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, "ES256"),
            "P-384" => (ECCurve.NamedCurves.nistP384, "ES384"),
            "P-521" => (ECCurve.NamedCurves.nistP521, "ES512"),
            _ => null,
        };
        if (known is not var (named, only)) return null;
        var parameters = new ECParameters { Curve = named, Q = new() { X = x, Y = y } };
        using (ECDsa.Create(parameters)) { }
        return (algorithm, data, signature) =>
        {
            if (algorithm != only) return false;
            using var ec = ECDsa.Create(parameters);
            return ec.VerifyData(data, signature, Hash(algorithm));
        };
    }

    static HashAlgorithmName Hash(string algorithm) => algorithm[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    static byte[] Bytes(JsonObject key, string field) => Base64Url.DecodeFromChars(key.Text(field) ?? throw new FormatException($"{field} is missing"));
}
