using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Authentication.V1;

/// <summary>Asks whose token this is. It is answered and not stored.</summary>
[Kind("authentication.k8s.io", "v1", "tokenreviews", Namespaced = false)]
public sealed record TokenReview : KubeObject
{
    /// <summary>The token in question.</summary>
    [Proto(2), Required] public TokenReviewSpec? Spec { get; init; }

    /// <summary>Whose it is. Filled in by the server.</summary>
    [Proto(3)] public TokenReviewStatus? Status { get; init; }
}

/// <summary>The token in question.</summary>
public sealed record TokenReviewSpec
{
    /// <summary>The bearer token.</summary>
    [Proto(1)] public string? Token { get; init; }

    /// <summary>Whoever asks is one of these audiences; the token must be meant for one of them. Empty means the API server.</summary>
    [Proto(2), Atomic] public IReadOnlyList<string>? Audiences { get; init; }
}

/// <summary>The result of a token's review.</summary>
public sealed record TokenReviewStatus
{
    /// <summary>True if the token belongs to a known user.</summary>
    [Proto(1)] public bool? Authenticated { get; init; }

    /// <summary>The user that the token belongs to.</summary>
    [Proto(2)] public UserInfo? User { get; init; }

    /// <summary>The audiences of the question for which the token is good.</summary>
    [Proto(4), Atomic] public IReadOnlyList<string>? Audiences { get; init; }

    /// <summary>Why the token could not be reviewed.</summary>
    [Proto(3)] public string? Error { get; init; }
}

/// <summary>A user, as authentication sees one.</summary>
public sealed record UserInfo
{
    /// <summary>The name that tells this user from all others.</summary>
    [Proto(1)] public string? Username { get; init; }

    /// <summary>An identifier that stays with the user; two users of the same name at different times differ in it.</summary>
    [Proto(2)] public string? Uid { get; init; }

    /// <summary>Groups that the user belongs to.</summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>Further facts from whoever authenticated the user.</summary>
    [Proto(4)] public IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra { get; init; }
}
