using Fairlead.Api.Rbac.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>rolebindings.rbac.authorization.k8s.io and clusterrolebindings.rbac.authorization.k8s.io.</summary>
public static class RoleBindingResource
{
    static readonly TableColumn[] Columns =
    [
        Cells.Text("Role", "The role that is given.", b => $"{b.Text("roleRef.kind")}/{b.Text("roleRef.name")}"),
        Cells.Age,
        Cells.Text("Users", "Users among the subjects.", b => Names(b, "User"), 1),
        Cells.Text("Groups", "Groups among the subjects.", b => Names(b, "Group"), 1),
        Cells.Text("ServiceAccounts", "ServiceAccounts among the subjects.", b => Names(b, "ServiceAccount"), 1),
    ];

    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<RoleBinding>("rolebinding", Columns) with
    {
        NameRule = NameRule.PathSegment,
        Rules = new RoleBindingRules(namespaced: true),
    };

    public static ResourceDefinition ClusterDefinition { get; } = BuiltInKind.Of<ClusterRoleBinding>("clusterrolebinding", Columns) with
    {
        NameRule = NameRule.PathSegment,
        Rules = new RoleBindingRules(namespaced: false),
    };

    static string Names(JsonObject binding, string kind) => string.Join(", ", binding.Objects("subjects").Where(s => s.Text("kind") == kind)
        .Select(s => kind == "ServiceAccount" ? $"{s.Text("namespace")}/{s.Text("name")}" : s.Text("name")));
}
