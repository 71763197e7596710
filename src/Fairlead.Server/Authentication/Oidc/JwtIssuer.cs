using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Authentication.Oidc;

/// <summary>One entry of jwt of an AuthenticationConfiguration: whose tokens are taken and what user their claims make.</summary>
/// <param name="Url">The iss claim.</param>
/// <param name="DiscoveryUrl">Where the discovery document is, if not below the issuer's URL.</param>
/// <param name="AuthorityPem">The CA of its certificate; null: those that the machine trusts.</param>
public sealed record JwtIssuer(string Url, Uri? DiscoveryUrl, string? AuthorityPem, IReadOnlyList<string> Audiences)
{
    static readonly string[] All = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];

    /// <summary>Algorithms that its tokens may be signed with.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = All;

    internal ClaimMapping Username { get; init; } = new("sub", Url + "#", null);
    internal ClaimMapping? Groups { get; init; }
    internal ClaimMapping? Uid { get; init; }
    internal IReadOnlyList<(string Key, ClaimExpression Value)> Extra { get; init; } = [];
    internal IReadOnlyList<(string Claim, string Required)> RequiredClaims { get; init; } = [];
    internal IReadOnlyList<(ClaimExpression Rule, string Message)> ClaimRules { get; init; } = [];
    internal IReadOnlyList<(ClaimExpression Rule, string Message)> UserRules { get; init; } = [];

    /// <summary>The user that the claims of a valid token make.</summary>
    /// <exception cref="ClaimException">They make none, or one who is not let in.</exception>
    internal UserInfo User(JsonObject claims)
    {
        foreach (var (claim, required) in RequiredClaims)
        {
            if (claims.Text(claim) != required) throw new ClaimException($"oidc: required claim {claim} is not present with value {required}");
        }
        Check(ClaimRules, claims);
        var user = new UserInfo(Username.Text(claims, isUsername: true), Groups?.Texts(claims) ?? [], Uid?.Text(claims, isUsername: false))
        {
            Extra = Extra.Select(e => (e.Key, Values: e.Value.Texts(claims))).Where(e => e.Values.Count > 0).ToDictionary(e => e.Key, e => e.Values) is { Count: > 0 } extra ? extra : null,
        };
        if (UserRules.Count > 0) Check(UserRules, Described(user));
        return user;
    }

    static void Check(IReadOnlyList<(ClaimExpression Rule, string Message)> rules, JsonObject value)
    {
        foreach (var (rule, message) in rules)
        {
            if (!rule.IsTrue(value)) throw new ClaimException(message.Length > 0 ? message : "validation expression failed");
        }
    }

    static JsonObject Described(UserInfo user) => new()
    {
        ["username"] = user.Name,
        ["uid"] = user.Uid ?? "",
        ["groups"] = List(user.Groups),
        ["extra"] = new JsonObject((user.Extra ?? new Dictionary<string, IReadOnlyList<string>>()).Select(e => KeyValuePair.Create(e.Key, (JsonNode?)List(e.Value)))),
    };

    static JsonArray List(IEnumerable<string> texts) => new(texts.Select(t => (JsonNode?)t).ToArray());
}
