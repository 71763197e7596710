using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Rbac.V1;

/// <summary>Gives the permissions of a Role of the same namespace, or of a ClusterRole, to its subjects within this namespace.</summary>
[Kind("rbac.authorization.k8s.io", "v1", "rolebindings")]
public sealed record RoleBinding : KubeObject
{
    /// <summary>Who gets the permissions.</summary>
    [Proto(2), Atomic] public IReadOnlyList<Subject>? Subjects { get; init; }

    /// <summary>The role that is given. It cannot be changed: delete the binding and create another.</summary>
    [Proto(3), Required] public RoleRef? RoleRef { get; init; }
}

/// <summary>A user, a group or a ServiceAccount.</summary>
[Atomic]
public sealed record Subject
{
    /// <summary>User, Group or ServiceAccount.</summary>
    [Proto(1), Required] public string Kind { get; init; } = "";

    /// <summary>rbac.authorization.k8s.io for User and Group, empty for ServiceAccount. Filled in if left out.</summary>
    [Proto(2)] public string? ApiGroup { get; init; }

    /// <summary>Name of the user, group or ServiceAccount.</summary>
    [Proto(3), Required] public string Name { get; init; } = "";

    /// <summary>Namespace of a ServiceAccount; empty for users and groups.</summary>
    [Proto(4)] public string? Namespace { get; init; }
}

/// <summary>A Role or ClusterRole.</summary>
[Atomic]
public sealed record RoleRef
{
    /// <summary>rbac.authorization.k8s.io.</summary>
    [Proto(1), Required] public string ApiGroup { get; init; } = "";

    /// <summary>Role or ClusterRole.</summary>
    [Proto(2), Required] public string Kind { get; init; } = "";

    /// <summary>Name of the role.</summary>
    [Proto(3), Required] public string Name { get; init; } = "";
}
