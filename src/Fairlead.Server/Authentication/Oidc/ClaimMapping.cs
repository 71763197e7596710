using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Authentication.Oidc;

/// <summary>Where a part of the user comes from: a claim with something put before it, or an expression.</summary>
sealed record ClaimMapping(string? Claim, string Prefix, ClaimExpression? Expression)
{
    /// <exception cref="ClaimException">There is none, or it may not be believed.</exception>
    public string Text(JsonObject claims, bool isUsername)
    {
        var text = Expression is not null ? Expression.Text(claims) : claims.Text(Claim!) ?? throw new ClaimException($"oidc: parse claims: claim {Claim} is missing, empty or no string");
        if (isUsername && text.Length == 0) throw new ClaimException("oidc: username claim value is empty");
        if (isUsername && Claim == "email" && claims.ContainsKey("email_verified") && claims.Flag("email_verified") != true) throw new ClaimException("oidc: email not verified");
        return Prefix + text;
    }

    /// <exception cref="ClaimException">The claim is neither a string nor a list of strings.</exception>
    public IReadOnlyList<string> Texts(JsonObject claims)
    {
        if (Expression is not null) return Expression.Texts(claims);
        return claims[Claim!] switch
        {
            null => [],
            JsonArray list when claims.Texts(Claim!).ToArray() is var texts && texts.Length == list.Count => [.. texts.Select(t => Prefix + t)],
            JsonValue when claims.Text(Claim!) is { } one => [Prefix + one],
            _ => throw new ClaimException($"oidc: claim {Claim} is neither a string nor a list of strings"),
        };
    }
}
