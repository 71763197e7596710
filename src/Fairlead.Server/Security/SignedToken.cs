using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Server.Security;

/// <summary>
/// JSON Web Tokens in compact form, signed with ES256 (RFC 7515, RFC 7518 §3.4) and no other algorithm. One key signs;
/// others may still verify, so that a key can be replaced while its tokens live.
/// </summary>
sealed class SignedToken(ECDsa key)
{
    /// <summary>Longer tokens are not looked at.</summary>
    const int Longest = 16 * 1024;

    readonly Lock gate = new();
    volatile IReadOnlyList<KnownKey> keys = [new(key)];

    sealed record KnownKey(ECDsa Key)
    {
        public string Id { get; } = Base64Url.EncodeToString(SHA256.HashData(Key.ExportSubjectPublicKeyInfo()));

        public byte[] Header => header ??= Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{Id}}"}""")));
        byte[]? header;
    }

    /// <summary>The first key signs from now on; those that are not listed verify no more.</summary>
    public void Use(IReadOnlyList<ECDsa> others)
    {
        if (others.Count == 0) throw new ArgumentException("a key that signs is required", nameof(others));
        keys = [.. others.Select(k => new KnownKey(k)).DistinctBy(k => k.Id)];
    }

    /// <summary>The public keys as JSON Web Keys (RFC 7517, RFC 7518 §6.2), the one that signs first.</summary>
    public IReadOnlyList<JsonObject> PublicKeys => [.. keys.Select(PublicKey)];

    public string Sign(ReadOnlySpan<byte> claims)
    {
        var signer = keys[0];
        var signed = $"{Encoding.ASCII.GetString(signer.Header)}.{Base64Url.EncodeToString(claims)}";
        byte[] signature;
        lock (gate) signature = signer.Key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The claims of a token that one of the keys signed; null for any other.</summary>
    public JsonDocument? Verify(string token)
    {
        if (token.Length > Longest || token.Split('.', 4) is not [var head, var body, var tail]) return null;
        // One algorithm: the header is one of ours to the byte or the token is not ours.
        var given = Encoding.UTF8.GetBytes(head);
        if (keys.FirstOrDefault(k => CryptographicOperations.FixedTimeEquals(given, k.Header)) is not { } known) return null;
        if (!Base64Url.IsValid(tail) || !Base64Url.IsValid(body)) return null;
        var signed = Encoding.ASCII.GetBytes($"{head}.{body}");
        lock (gate)
        {
            if (!known.Key.VerifyData(signed, Base64Url.DecodeFromChars(tail), HashAlgorithmName.SHA256)) return null;
        }
        try { return JsonDocument.Parse(Base64Url.DecodeFromChars(body)); }
        catch (JsonException) { return null; }
    }

    static JsonObject PublicKey(KnownKey known)
    {
        var point = known.Key.ExportParameters(includePrivateParameters: false).Q;
        return new()
        {
            ["use"] = "sig",
            ["kty"] = "EC",
            ["kid"] = known.Id,
            ["crv"] = "P-256",
            ["alg"] = "ES256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }
}
