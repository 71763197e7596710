using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Yaml;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Reloading;

namespace Fairlead.Server.Authentication.Oidc;

/// <summary>
/// Reads the file of --authentication-config: kind AuthenticationConfiguration of apiserver.config.k8s.io/v1beta1 with its
/// list jwt and its field anonymous. Source: KEP-3331, KEP-4633 and the Kubernetes documentation, Authenticating.
/// </summary>
/// <param name="Issuers">Whose tokens are taken.</param>
/// <param name="Anonymous">Who is let in without credentials; null: the file does not say.</param>
public sealed record AuthenticationConfiguration(IReadOnlyList<JwtIssuer> Issuers, AnonymousAccess? Anonymous)
{
    const int MostIssuers = 64;

    /// <exception cref="FormatException">It says something that makes no sense; the message says where.</exception>
    public static AuthenticationConfiguration Parse(ReadOnlySpan<byte> yaml)
    {
        JsonObject file;
        try { file = YamlInput.ParseObject(yaml); }
        catch (Exception e) when (e is not OutOfMemoryException) { throw new FormatException($"it is no YAML: {e.Message}", e); }
        if (file.Text("kind") != "AuthenticationConfiguration" || file.Text("apiVersion") is not ("apiserver.config.k8s.io/v1beta1" or "apiserver.config.k8s.io/v1" or "apiserver.config.k8s.io/v1alpha1"))
            throw new FormatException("kind AuthenticationConfiguration of apiVersion apiserver.config.k8s.io/v1beta1 is expected");
        Fields(file, "", "apiVersion", "kind", "jwt", "anonymous");
        var issuers = (file.Array("jwt") ?? []).Select((j, i) => Issuer(j as JsonObject, $"jwt[{i}]")).ToList();
        if (issuers.Count > MostIssuers) throw new FormatException($"jwt: at most {MostIssuers} are served");
        if (issuers.GroupBy(i => i.Url).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new FormatException($"jwt: Duplicate value: \"{twice.Key}\"");
        return new(issuers, file["anonymous"] is null ? null : NobodysAccess(file.Object("anonymous")));
    }

    /// <summary>What the flags --oidc-* say, which are older than the file.</summary>
    /// <param name="usernamePrefix">Null: the issuer and '#', unless the claim is email; "-": none.</param>
    /// <exception cref="FormatException">The URL, the authority or an algorithm makes no sense.</exception>
    public static JwtIssuer OfFlags(
        string url, string clientId, string? authorityPem, string usernameClaim, string? usernamePrefix, string? groupsClaim, string groupsPrefix,
        IReadOnlyList<string> algorithms, IReadOnlyList<(string Claim, string Value)> required) => new(Https(url, "--oidc-issuer-url"), null, Authority(authorityPem, "--oidc-ca-file"), [clientId])
        {
            Username = new(usernameClaim, usernamePrefix switch { "-" => "", null => usernameClaim == "email" ? "" : url + "#", var prefix => prefix }, null),
            Groups = groupsClaim is null ? null : new(groupsClaim, groupsPrefix, null),
            Algorithms = Known(algorithms),
            RequiredClaims = required,
        };

    static AnonymousAccess NobodysAccess(JsonObject? anonymous)
    {
        Fields(anonymous, "anonymous", "enabled", "conditions");
        if (anonymous["enabled"] is not null && anonymous.Flag("enabled") is null) throw new FormatException($"anonymous.enabled: Invalid value: {anonymous["enabled"]!.ToJsonString()}: must be true or false");
        var (isEnabled, conditions) = (anonymous.Flag("enabled") == true, anonymous.Array("conditions") ?? []);
        if (conditions.Count > 0 && !isEnabled) throw new FormatException("anonymous.conditions: Invalid value: enabled should be set to true when conditions are defined");
        return new(isEnabled, conditions.Count == 0 ? null : [.. conditions.Select((c, i) => Place(c as JsonObject, $"anonymous.conditions[{i}]"))]);

        static string Place(JsonObject? condition, string at)
        {
            Fields(condition, at, "path");
            return condition.Text("path") ?? throw new FormatException($"{at}.path: Required value");
        }
    }

    static IReadOnlyList<string> Known(IReadOnlyList<string> algorithms) =>
        algorithms.FirstOrDefault(a => !JsonWebKey.Algorithms.Contains(a)) is not { } other ? algorithms
            : throw new FormatException($"--oidc-signing-algs: Unsupported value: \"{other}\": supported values: {string.Join(", ", JsonWebKey.Algorithms.Select(a => $"\"{a}\""))}");

    static JwtIssuer Issuer(JsonObject? jwt, string at)
    {
        Fields(jwt, at, "issuer", "claimMappings", "claimValidationRules", "userValidationRules");
        var issuer = jwt.Object("issuer");
        Fields(issuer, $"{at}.issuer", "url", "discoveryURL", "certificateAuthority", "audiences", "audienceMatchPolicy");
        var mappings = jwt.Object("claimMappings");
        Fields(mappings, $"{at}.claimMappings", "username", "groups", "uid", "extra");
        var url = Https(issuer.Text("url"), $"{at}.issuer.url");
        var discovery = issuer.Text("discoveryURL");
        var audiences = issuer.Texts("audiences").ToArray();
        if (audiences.Length == 0) throw new FormatException($"{at}.issuer.audiences: Required value: at least one {at}.issuer.audiences is required");
        var match = issuer.Text("audienceMatchPolicy");
        if (match is not (null or "MatchAny")) throw new FormatException($"{at}.issuer.audienceMatchPolicy: Invalid value: \"{match}\": audienceMatchPolicy must be empty or MatchAny");
        if (match is null && audiences.Length > 1) throw new FormatException($"{at}.issuer.audienceMatchPolicy: Invalid value: \"\": audienceMatchPolicy must be MatchAny for multiple audiences");
        var rules = (jwt.Array("claimValidationRules") ?? []).Select((r, i) => (Rule: r as JsonObject, At: $"{at}.claimValidationRules[{i}]")).ToList();
        foreach (var (rule, place) in rules)
        {
            Fields(rule, place, "claim", "requiredValue", "expression", "message");
            if (rule.Text("claim") is null == rule.Text("expression") is null) throw new FormatException($"{place}: either claim or expression is required, and not both");
        }
        return new(url, discovery is null ? null : new Uri(Https(discovery, $"{at}.issuer.discoveryURL")), Authority(issuer.Text("certificateAuthority"), $"{at}.issuer.certificateAuthority"), audiences)
        {
            Username = Mapping(mappings.Object("username"), $"{at}.claimMappings.username") ?? throw new FormatException($"{at}.claimMappings.username: Required value: claim or expression is required"),
            Groups = Mapping(mappings.Object("groups"), $"{at}.claimMappings.groups"),
            Uid = Mapping(mappings.Object("uid"), $"{at}.claimMappings.uid", hasPrefix: false),
            Extra = [.. (mappings.Array("extra") ?? []).Select((e, i) => Extra(e as JsonObject, $"{at}.claimMappings.extra[{i}]"))],
            RequiredClaims = [.. rules.Where(r => r.Rule.Text("claim") is not null).Select(r => (r.Rule.Text("claim")!, r.Rule.Text("requiredValue") ?? ""))],
            ClaimRules = [.. rules.Where(r => r.Rule.Text("expression") is not null).Select(r => (new ClaimExpression(r.Rule.Text("expression")!, "claims", r.At + ".expression"), r.Rule.Text("message") ?? ""))],
            UserRules = [.. (jwt.Array("userValidationRules") ?? []).Select((r, i) => UserRule(r as JsonObject, $"{at}.userValidationRules[{i}]"))],
        };
    }

    static ClaimMapping? Mapping(JsonObject? mapping, string at, bool hasPrefix = true)
    {
        if (mapping is null) return null;
        Fields(mapping, at, hasPrefix ? ["claim", "prefix", "expression"] : ["claim", "expression"]);
        var (claim, expression, prefix) = (mapping.Text("claim"), mapping.Text("expression"), mapping["prefix"]);
        if (claim is null == expression is null) throw new FormatException($"{at}: Required value: either claim or expression is required, and not both");
        if (expression is not null && prefix is not null) throw new FormatException($"{at}.prefix: Invalid value: prefix can't be set when expression is");
        // An empty one is a decision; a missing one may be forgotten, and lets an issuer name the cluster's own users.
        if (hasPrefix && claim is not null && prefix is null) throw new FormatException($"{at}.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing");
        return new(claim, mapping.Text("prefix") ?? "", expression is null ? null : new(expression, "claims", at + ".expression"));
    }

    static (string, ClaimExpression) Extra(JsonObject? extra, string at)
    {
        Fields(extra, at, "key", "valueExpression");
        var key = extra.Text("key") ?? throw new FormatException($"{at}.key: Required value");
        if (!key.Contains('/', StringComparison.Ordinal) || key.Any(char.IsAsciiLetterUpper)) throw new FormatException($"{at}.key: Invalid value: \"{key}\": a path with its domain in small letters is expected, such as example.org/team");
        if (key.Split('/')[0] is var domain && (domain is "k8s.io" or "kubernetes.io" || domain.EndsWith(".k8s.io", StringComparison.Ordinal) || domain.EndsWith(".kubernetes.io", StringComparison.Ordinal)))
            throw new FormatException($"{at}.key: Invalid value: \"{key}\": k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use");
        return (key, new(extra.Text("valueExpression") ?? throw new FormatException($"{at}.valueExpression: Required value"), "claims", at + ".valueExpression"));
    }

    static (ClaimExpression, string) UserRule(JsonObject? rule, string at)
    {
        Fields(rule, at, "expression", "message");
        return (new(rule.Text("expression") ?? throw new FormatException($"{at}.expression: Required value"), "user", at + ".expression"), rule.Text("message") ?? "");
    }

    static string Https(string? text, string at)
    {
        if (text is null) throw new FormatException($"{at}: Required value: URL is required");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps) throw new FormatException($"{at}: Invalid value: \"{text}\": URL scheme must be https");
        if (url.UserInfo.Length + url.Query.Length + url.Fragment.Length > 0) throw new FormatException($"{at}: Invalid value: \"{text}\": URL must not contain a username, password, query or fragment");
        return text;
    }

    static string? Authority(string? pem, string at)
    {
        if (pem is null) return null;
        var found = new X509Certificate2Collection();
        try { found.ImportFromPem(pem); }
        catch (CryptographicException) { }
        return found.Count > 0 ? pem : throw new FormatException($"{at}: Invalid value: it holds no certificate in PEM");
    }

    static void Fields([NotNull] JsonObject? holder, string at, params string[] known) => ConfigurationFields.Known(holder, at, known);
}
