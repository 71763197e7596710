using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Security;

/// <summary>What a token whose signature is good says, once it is known to be a service account's and for this server.</summary>
sealed record ServiceAccountClaims(
    UserInfo User, DateTimeOffset NotBefore, DateTimeOffset Expires, IReadOnlyList<(string Kind, string? Namespace, string Name, string Uid)> Bound)
{
    /// <summary>Clocks of nodes may differ by so much from the issuer's.</summary>
    static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    public bool IsValidAt(DateTimeOffset now) => now < Expires && now >= NotBefore - Leeway;

    /// <summary>Null if a claim is missing, of the wrong type, or for someone else.</summary>
    public static ServiceAccountClaims? Read(JsonElement body, string issuer)
    {
        if (body.ValueKind != JsonValueKind.Object || !Same(Text(body, "iss"), issuer) || !IsFor(body, issuer)) return null;
        if (Time(body, "exp") is not { } expires || !body.TryGetProperty("kubernetes.io", out var own) || own.ValueKind != JsonValueKind.Object) return null;
        if (Text(own, "namespace") is not { } ns || Reference(own, "serviceaccount") is not { } account) return null;
        if (!Same(Text(body, "sub"), $"system:serviceaccount:{ns}:{account.Name}")) return null;

        var bound = new List<(string, string?, string, string)> { ("ServiceAccount", ns, account.Name, account.Uid) };
        if (Reference(own, "pod") is { } pod) bound.Add(("Pod", ns, pod.Name, pod.Uid));
        if (Reference(own, "secret") is { } secret) bound.Add(("Secret", ns, secret.Name, secret.Uid));
        if (Reference(own, "node") is { } node) bound.Add(("Node", null, node.Name, node.Uid));
        var user = UserInfo.ServiceAccount(ns, account.Name, account.Uid) with { Extra = Extra(body, bound) };
        return new(user, Time(body, "nbf") ?? DateTimeOffset.UnixEpoch, expires, bound);
    }

    /// <summary>What an authorizer or audit may want to know of the token (KEP-4193).</summary>
    static Dictionary<string, IReadOnlyList<string>> Extra(JsonElement body, IReadOnlyList<(string Kind, string? Namespace, string Name, string Uid)> bound)
    {
        const string prefix = "authentication.kubernetes.io/";
        var extra = new Dictionary<string, IReadOnlyList<string>>();
        if (Text(body, "jti") is { } id) extra[prefix + "credential-id"] = ["JTI=" + id];
        foreach (var (kind, _, name, uid) in bound.Where(b => b.Kind is "Pod" or "Node"))
        {
            extra[$"{prefix}{kind.ToLowerInvariant()}-name"] = [name];
            extra[$"{prefix}{kind.ToLowerInvariant()}-uid"] = [uid];
        }
        return extra;
    }

    /// <summary>RFC 7519 §4.1.3: one string or a list of them.</summary>
    static bool IsFor(JsonElement body, string audience)
    {
        if (!body.TryGetProperty("aud", out var aud)) return false;
        if (aud.ValueKind == JsonValueKind.String) return aud.GetString() == audience;
        return aud.ValueKind == JsonValueKind.Array && aud.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && a.GetString() == audience);
    }

    static (string Name, string Uid)? Reference(JsonElement own, string property) =>
        own.TryGetProperty(property, out var r) && r.ValueKind == JsonValueKind.Object && Text(r, "name") is { } name && Text(r, "uid") is { } uid
            ? (name, uid) : null;

    static string? Text(JsonElement parent, string property) =>
        parent.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static DateTimeOffset? Time(JsonElement parent, string property) =>
        parent.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var seconds) && seconds is > 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    static bool Same(string? a, string b) => a is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
