using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Authorization.V1;

/// <summary>Asks for everything that who asks may do in a namespace: for showing, not for deciding. It is answered and not stored.</summary>
[Kind("authorization.k8s.io", "v1", "selfsubjectrulesreviews", Namespaced = false)]
public sealed record SelfSubjectRulesReview : KubeObject
{
    /// <summary>Where.</summary>
    [Proto(2), Required] public SelfSubjectRulesReviewSpec? Spec { get; init; }

    /// <summary>The rules. Filled in by the server.</summary>
    [Proto(3)] public SubjectRulesReviewStatus? Status { get; init; }
}

/// <summary>Where the rules are to apply.</summary>
public sealed record SelfSubjectRulesReviewSpec
{
    /// <summary>The namespace. It must be given.</summary>
    [Proto(1)] public string? Namespace { get; init; }
}

/// <summary>What a user may do in a namespace.</summary>
public sealed record SubjectRulesReviewStatus
{
    /// <summary>What the user may do to resources; in any order, and with repetitions.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<ResourceRule>? ResourceRules { get; init; }

    /// <summary>What the user may do to paths that are no resource.</summary>
    [Proto(2), Required, Atomic] public IReadOnlyList<NonResourceRule>? NonResourceRules { get; init; }

    /// <summary>True if there may be more: not every authorizer can list its rules.</summary>
    [Proto(3), Required] public bool? Incomplete { get; init; }

    /// <summary>What went wrong while the rules were collected.</summary>
    [Proto(4)] public string? EvaluationError { get; init; }
}

/// <summary>What may be done to resources.</summary>
public sealed record ResourceRule
{
    /// <summary>What may be done; "*" means everything.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<string>? Verbs { get; init; }

    /// <summary>API groups of the resources; "*" means all.</summary>
    [Proto(2), Atomic] public IReadOnlyList<string>? ApiGroups { get; init; }

    /// <summary>The resources; "*" means all, "*/scale" that subresource of all.</summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? Resources { get; init; }

    /// <summary>Names of the only objects that the rule is about. Empty: all objects.</summary>
    [Proto(4), Atomic] public IReadOnlyList<string>? ResourceNames { get; init; }
}

/// <summary>What may be done to paths that are no resource.</summary>
public sealed record NonResourceRule
{
    /// <summary>Methods of HTTP in small letters; "*" means all.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<string>? Verbs { get; init; }

    /// <summary>The paths; a "*" may end a path.</summary>
    [Proto(2), Atomic] public IReadOnlyList<string>? NonResourceURLs { get; init; }
}
