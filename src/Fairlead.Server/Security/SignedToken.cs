using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fairlead.Server.Security;

/// <summary>JSON Web Tokens in compact form, signed with ES256 (RFC 7515, RFC 7518 §3.4) and no other algorithm.</summary>
sealed class SignedToken(ECDsa key)
{
    /// <summary>Longer tokens are not looked at.</summary>
    const int Longest = 16 * 1024;

    readonly string header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{KeyId(key)}}"}"""));
    readonly Lock gate = new();

    public string Sign(ReadOnlySpan<byte> claims)
    {
        var signed = $"{header}.{Base64Url.EncodeToString(claims)}";
        byte[] signature;
        lock (gate) signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The claims of a token that this key signed; null for any other.</summary>
    public JsonDocument? Verify(string token)
    {
        if (token.Length > Longest || token.Split('.', 4) is not [var head, var body, var tail]) return null;
        // One key and one algorithm: the header is ours to the byte or the token is not ours.
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(head), Encoding.UTF8.GetBytes(header))) return null;
        if (!Base64Url.IsValid(tail) || !Base64Url.IsValid(body)) return null;
        var signed = Encoding.ASCII.GetBytes($"{head}.{body}");
        lock (gate)
        {
            if (!key.VerifyData(signed, Base64Url.DecodeFromChars(tail), HashAlgorithmName.SHA256)) return null;
        }
        try { return JsonDocument.Parse(Base64Url.DecodeFromChars(body)); }
        catch (JsonException) { return null; }
    }

    static string KeyId(ECDsa key) => Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
}
