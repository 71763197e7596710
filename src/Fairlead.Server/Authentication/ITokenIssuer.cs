using Fairlead.Json;

namespace Fairlead.Server.Authentication;

/// <summary>Signs tokens of service accounts (TokenRequest).</summary>
public interface ITokenIssuer
{
    /// <summary>The audience of tokens that ask for none: the API server itself.</summary>
    string Audience { get; }

    /// <summary>The keys by which its tokens are verified, as JSON Web Keys (RFC 7517), the one that signs first.</summary>
    IReadOnlyList<JsonObject> PublicKeys { get; }

    /// <summary>A signed token and when it ends.</summary>
    ValueTask<IssuedToken> IssueAsync(TokenClaims claims, CancellationToken cancellation);
}

/// <summary>What a token says.</summary>
/// <param name="Audiences">Empty for the API server itself.</param>
/// <param name="BoundKind">Pod, Secret or Node that the token dies with; null for none.</param>
public sealed record TokenClaims(
    string Namespace, string ServiceAccount, string ServiceAccountUid, IReadOnlyList<string> Audiences, TimeSpan Lifetime,
    string? BoundKind, string? BoundName, string? BoundUid);

public sealed record IssuedToken(string Token, DateTimeOffset Expires);
