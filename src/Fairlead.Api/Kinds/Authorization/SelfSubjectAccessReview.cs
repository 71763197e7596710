using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Authorization.V1;

/// <summary>Asks whether who asks may do something. It is answered and not stored.</summary>
[Kind("authorization.k8s.io", "v1", "selfsubjectaccessreviews", Namespaced = false)]
public sealed record SelfSubjectAccessReview : KubeObject
{
    /// <summary>What is to be done.</summary>
    [Proto(2), Required] public SelfSubjectAccessReviewSpec? Spec { get; init; }

    /// <summary>Whether it is allowed. Filled in by the server.</summary>
    [Proto(3)] public SubjectAccessReviewStatus? Status { get; init; }
}

/// <summary>What is to be done: to a resource or to another path, one of the two.</summary>
public sealed record SelfSubjectAccessReviewSpec
{
    /// <summary>What is to be done to a resource.</summary>
    [Proto(1)] public ResourceAttributes? ResourceAttributes { get; init; }

    /// <summary>What is to be done to a path that is no resource.</summary>
    [Proto(2)] public NonResourceAttributes? NonResourceAttributes { get; init; }
}
