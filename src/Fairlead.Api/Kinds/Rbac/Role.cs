using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Rbac.V1;

/// <summary>A set of permissions within one namespace. It has no effect until a RoleBinding gives it to someone.</summary>
[Kind("rbac.authorization.k8s.io", "v1", "roles")]
public sealed record Role : KubeObject
{
    /// <summary>The permissions. They only add up; none of them takes anything away.</summary>
    [Proto(2), Atomic] public IReadOnlyList<PolicyRule>? Rules { get; init; }
}

/// <summary>What may be done to what. A rule speaks of resources or of other paths of the API server, not of both.</summary>
public sealed record PolicyRule
{
    /// <summary>What may be done, such as get, list, watch, create, update, patch, delete; "*" stands for everything.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<string>? Verbs { get; init; }

    /// <summary>API groups of the resources: "" is the core group, "*" stands for all.</summary>
    [Proto(2), Atomic] public IReadOnlyList<string>? ApiGroups { get; init; }

    /// <summary>The resources, such as pods or pods/log. "*" stands for all, "*/scale" for that subresource of all.</summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? Resources { get; init; }

    /// <summary>Names of the only objects that the rule is about. Empty: all objects.</summary>
    [Proto(4), Atomic] public IReadOnlyList<string>? ResourceNames { get; init; }

    /// <summary>Paths that are no resource, such as /healthz; a "*" may end a path. They count only in a ClusterRole that a ClusterRoleBinding gives.</summary>
    [Proto(5), Atomic] public IReadOnlyList<string>? NonResourceURLs { get; init; }
}
