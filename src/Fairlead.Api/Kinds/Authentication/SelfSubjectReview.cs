using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Authentication.V1;

/// <summary>Asks who the server takes the asker to be. It is answered and not stored.</summary>
[Kind("authentication.k8s.io", "v1", "selfsubjectreviews", Namespaced = false)]
public sealed record SelfSubjectReview : KubeObject
{
    /// <summary>Who it is. Filled in by the server.</summary>
    [Proto(2)] public SelfSubjectReviewStatus? Status { get; init; }
}

/// <summary>Who someone is.</summary>
public sealed record SelfSubjectReviewStatus
{
    /// <summary>The user.</summary>
    [Proto(1)] public UserInfo? UserInfo { get; init; }
}
