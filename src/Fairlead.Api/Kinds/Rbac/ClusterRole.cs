using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Rbac.V1;

/// <summary>A set of permissions that a ClusterRoleBinding gives everywhere and a RoleBinding in its own namespace.</summary>
[Kind("rbac.authorization.k8s.io", "v1", "clusterroles", Namespaced = false)]
public sealed record ClusterRole : KubeObject
{
    /// <summary>The permissions. They only add up; none of them takes anything away.</summary>
    [Proto(2), Atomic] public IReadOnlyList<PolicyRule>? Rules { get; init; }

    /// <summary>Where the permissions come from. If it is set, rules are overwritten with what the selected roles hold.</summary>
    [Proto(3)] public AggregationRule? AggregationRule { get; init; }
}

/// <summary>Makes a role of other roles.</summary>
public sealed record AggregationRule
{
    /// <summary>The ClusterRoles whose rules are added: those that any of these selectors matches.</summary>
    [Proto(1), Atomic] public IReadOnlyList<LabelSelector>? ClusterRoleSelectors { get; init; }
}
