using Fairlead.Api.Rbac.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>roles.rbac.authorization.k8s.io and clusterroles.rbac.authorization.k8s.io.</summary>
public static class RoleResource
{
    static readonly TableColumn Created = new("Created At", "date", "When the object was created.", 0, (obj, _) => obj.Text("metadata.creationTimestamp"));

    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Role>("role", Created) with
    {
        NameRule = NameRule.PathSegment,
        Rules = new RoleRules(namespaced: true),
    };

    public static ResourceDefinition ClusterDefinition { get; } = BuiltInKind.Of<ClusterRole>("clusterrole", Created) with
    {
        NameRule = NameRule.PathSegment,
        Rules = new RoleRules(namespaced: false),
    };
}
