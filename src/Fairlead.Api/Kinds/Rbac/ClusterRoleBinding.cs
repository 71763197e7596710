using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Rbac.V1;

/// <summary>Gives the permissions of a ClusterRole to its subjects in every namespace and for what has none.</summary>
[Kind("rbac.authorization.k8s.io", "v1", "clusterrolebindings", Namespaced = false)]
public sealed record ClusterRoleBinding : KubeObject
{
    /// <summary>Who gets the permissions.</summary>
    [Proto(2), Atomic] public IReadOnlyList<Subject>? Subjects { get; init; }

    /// <summary>The ClusterRole that is given. It cannot be changed: delete the binding and create another.</summary>
    [Proto(3), Required] public RoleRef? RoleRef { get; init; }
}
