using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Api.BootstrapTokens;

/// <summary>
/// A token with which a machine joins a cluster: six characters that everyone may see, a dot, and sixteen that nobody
/// may. Kept as a Secret of kube-system (Kubernetes documentation, Authenticating with Bootstrap Tokens).
/// </summary>
/// <param name="Expires">Null for never.</param>
/// <param name="Authenticates">May be shown to the API server.</param>
/// <param name="Signs">Signs ConfigMap kube-public/cluster-info.</param>
/// <param name="Groups">Groups of the token's user beside system:bootstrappers.</param>
public sealed partial record BootstrapToken(
    string Id, string Secret, DateTimeOffset? Expires, bool Authenticates, bool Signs, IReadOnlyList<string> Groups, string Description)
{
    public const string SecretType = "bootstrap.kubernetes.io/token";
    public const string Namespace = "kube-system";
    public const string NodeGroup = "system:bootstrappers:kubeadm:default-node-token";

    const string Prefix = "bootstrap-token-", Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    public string Text => $"{Id}.{Secret}";

    public string SecretName => SecretNameOf(Id);

    public static string SecretNameOf(string id) => Prefix + id;

    /// <summary>A new token that admits nodes.</summary>
    /// <param name="random">Makes so many characters, chosen from the first argument, that nobody can guess.</param>
    public static BootstrapToken New(Func<string, int, string> random, DateTimeOffset? expires, string description)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new(random(Alphabet, 6), random(Alphabet, 16), expires, true, true, [NodeGroup], description);
    }

    /// <summary>Splits the text of a token; null if it is none.</summary>
    public static (string Id, string Secret)? Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Form().IsMatch(text) ? (text[..6], text[7..]) : null;
    }

    /// <summary>The token that a Secret holds; null if it holds none that is well formed.</summary>
    public static BootstrapToken? Read(Secret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.Type != SecretType || secret.Metadata.DeletionTimestamp is not null) return null;
        var (id, key) = (Value(secret, "token-id"), Value(secret, "token-secret"));
        if (Split($"{id}.{key}") is null || secret.Metadata.Name != SecretNameOf(id)) return null;
        DateTimeOffset? expires = null;
        if (Value(secret, "expiration") is { Length: > 0 } text)
        {
            // A time that cannot be read has come.
            expires = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.MinValue;
        }
        var groups = Value(secret, "auth-extra-groups").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // As upstream: one group that may not be given and the token is nobody's.
        var authenticates = Value(secret, "usage-bootstrap-authentication") == "true" && groups.All(g => GroupForm().IsMatch(g));
        return new(id, key, expires, authenticates, Value(secret, "usage-bootstrap-signing") == "true", groups, Value(secret, "description"));
    }

    public bool HasEnded(DateTimeOffset now) => Expires is { } end && end <= now;

    /// <summary>The Secret that holds the token.</summary>
    public Secret ToSecret()
    {
        var data = new Dictionary<string, string>
        {
            ["token-id"] = Id,
            ["token-secret"] = Secret,
            ["usage-bootstrap-authentication"] = Authenticates ? "true" : "false",
            ["usage-bootstrap-signing"] = Signs ? "true" : "false",
        };
        if (Groups.Count > 0) data["auth-extra-groups"] = string.Join(',', Groups);
        if (Expires is { } end) data["expiration"] = end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (Description.Length > 0) data["description"] = Description;
        return new() { Metadata = new ObjectMeta { Name = SecretName, Namespace = Namespace }, Type = SecretType, StringData = data };
    }

    /// <summary>The content's signature, a JWS with its content left out (RFC 7515 appendix F, HS256).</summary>
    public static string Sign(string content, string id, string secret)
    {
        var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"HS256","kid":"{{id}}"}"""));
        var signed = $"{header}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content))}";
        return $"{header}..{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>True if whoever signed the content knows the token's secret.</summary>
    public static bool Verify(string content, string signature, string secret)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if (signature.Split('.') is not [var header, "", var tail] || !Base64Url.IsValid(tail)) return false;
        var signed = $"{header}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content))}";
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed));
        return CryptographicOperations.FixedTimeEquals(expected, Base64Url.DecodeFromChars(tail));
    }

    static string Value(Secret secret, string key)
    {
        try { return secret.Data?.GetValueOrDefault(key) is { } base64 ? Encoding.UTF8.GetString(Convert.FromBase64String(base64)) : ""; }
        catch (FormatException) { return ""; }
    }

    [GeneratedRegex(@"\A[a-z0-9]{6}\.[a-z0-9]{16}\z")]
    private static partial Regex Form();

    [GeneratedRegex(@"\Asystem:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\z")]
    private static partial Regex GroupForm();
}
