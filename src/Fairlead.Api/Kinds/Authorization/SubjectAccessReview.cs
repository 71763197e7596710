using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Authorization.V1;

/// <summary>Asks whether a user or group may do something. It is answered and not stored.</summary>
[Kind("authorization.k8s.io", "v1", "subjectaccessreviews", Namespaced = false)]
public sealed record SubjectAccessReview : KubeObject
{
    /// <summary>Who wants to do what.</summary>
    [Proto(2), Required] public SubjectAccessReviewSpec? Spec { get; init; }

    /// <summary>Whether it is allowed. Filled in by the server.</summary>
    [Proto(3)] public SubjectAccessReviewStatus? Status { get; init; }
}

/// <summary>Asks whether a user or group may do something in the namespace of the request. It is answered and not stored.</summary>
[Kind("authorization.k8s.io", "v1", "localsubjectaccessreviews")]
public sealed record LocalSubjectAccessReview : KubeObject
{
    /// <summary>Who wants to do what. The namespace is that of the request; it is filled in if left out.</summary>
    [Proto(2), Required] public SubjectAccessReviewSpec? Spec { get; init; }

    /// <summary>Whether it is allowed. Filled in by the server.</summary>
    [Proto(3)] public SubjectAccessReviewStatus? Status { get; init; }
}

/// <summary>Who wants to do what: a resource or another path, one of the two.</summary>
public sealed record SubjectAccessReviewSpec
{
    /// <summary>What is to be done to a resource.</summary>
    [Proto(1)] public ResourceAttributes? ResourceAttributes { get; init; }

    /// <summary>What is to be done to a path that is no resource.</summary>
    [Proto(2)] public NonResourceAttributes? NonResourceAttributes { get; init; }

    /// <summary>The user. Without groups the user is taken to be in none.</summary>
    [Proto(3)] public string? User { get; init; }

    /// <summary>Groups that the user is in.</summary>
    [Proto(4), Atomic] public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>Further facts about the user, as authentication knows them.</summary>
    [Proto(5)] public IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra { get; init; }

    /// <summary>The user's uid.</summary>
    [Proto(6)] public string? Uid { get; init; }
}

/// <summary>The answer to an access review.</summary>
public sealed record SubjectAccessReviewStatus
{
    /// <summary>True if it is allowed.</summary>
    [Proto(1), Required] public bool? Allowed { get; init; }

    /// <summary>True if it is forbidden whatever others say; false together with allowed false if nobody allows it.</summary>
    [Proto(4)] public bool? Denied { get; init; }

    /// <summary>Why.</summary>
    [Proto(2)] public string? Reason { get; init; }

    /// <summary>What went wrong during the review; there may be an answer nevertheless.</summary>
    [Proto(3)] public string? EvaluationError { get; init; }
}
