using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Authentication.V1;

/// <summary>Asks for a token of a ServiceAccount, by its token subresource. It is answered and not stored.</summary>
[Kind("authentication.k8s.io", "v1", "tokenrequests")]
public sealed record TokenRequest : KubeObject
{
    /// <summary>What the token should be good for.</summary>
    [Proto(2), Required] public TokenRequestSpec? Spec { get; init; }

    /// <summary>The token. Filled in by the server.</summary>
    [Proto(3)] public TokenRequestStatus? Status { get; init; }
}

/// <summary>What a token should be good for.</summary>
public sealed record TokenRequestSpec
{
    /// <summary>Who may accept the token. Empty means the API server.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<string>? Audiences { get; init; }

    /// <summary>Wished-for life of the token in seconds, at least 600; the server may give another. 3600 if not given.</summary>
    [Proto(4, Pointer = true)] public long? ExpirationSeconds { get; init; }

    /// <summary>An object, such as a Pod or Secret, with whose end the token ends as well.</summary>
    [Proto(3)] public BoundObjectReference? BoundObjectRef { get; init; }
}

/// <summary>The object that a token is bound to.</summary>
public sealed record BoundObjectReference
{
    /// <summary>Pod, Node or Secret.</summary>
    [Proto(1)] public string? Kind { get; init; }

    /// <summary>Group and version of the object.</summary>
    [Proto(2)] public string? ApiVersion { get; init; }

    /// <summary>Name of the object.</summary>
    [Proto(3)] public string? Name { get; init; }

    /// <summary>Uid of the object.</summary>
    [Proto(4)] public string? Uid { get; init; }
}

/// <summary>A token that was issued.</summary>
public sealed record TokenRequestStatus
{
    /// <summary>The bearer token.</summary>
    [Proto(1), Required] public string Token { get; init; } = "";

    /// <summary>When the token ends.</summary>
    [Proto(2), Required] public DateTimeOffset? ExpirationTimestamp { get; init; }
}
