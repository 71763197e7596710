using Fairlead.Api.Meta.V1;
using Fairlead.Api.Rbac.V1;

namespace Fairlead.Server.Authorization.Rbac;

/// <summary>The short hand in which the default roles are written: lists are words with spaces between, the core group is "core".</summary>
static class PolicyText
{
    public const string ApiGroup = "rbac.authorization.k8s.io";
    public const string AutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";
    public const string Read = "get list watch", Write = "create update patch delete deletecollection", ReadWrite = Read + " " + Write;

    public static readonly PolicyRule Events = Rule("create update patch", "core events.k8s.io", "events");

    public static PolicyRule Rule(string verbs, string groups, string resources, string names = "") => new()
    {
        Verbs = Words(verbs),
        ApiGroups = [.. Words(groups).Select(g => g == "core" ? "" : g)],
        Resources = Words(resources),
        ResourceNames = names.Length == 0 ? null : Words(names),
    };

    public static PolicyRule Paths(string verbs, string paths) => new() { Verbs = Words(verbs), NonResourceURLs = Words(paths) };

    public static ClusterRole Role(string name, params PolicyRule[] rules) => new() { Metadata = Metadata(name), Rules = rules };

    /// <summary>A role that is also part of another: admin, edit or view.</summary>
    public static ClusterRole Part(string of, string name, params PolicyRule[] rules) => Role(name, rules).In(of);

    /// <summary>A role made of those that carry the label of its name.</summary>
    public static ClusterRole Sum(string name) => new()
    {
        Metadata = Metadata(name),
        AggregationRule = new() { ClusterRoleSelectors = [new LabelSelector { MatchLabels = new Dictionary<string, string> { [Label(name)] = "true" } }] },
    };

    public static ClusterRole In(this ClusterRole role, string sum) => role with
    {
        Metadata = role.Metadata with { Labels = new Dictionary<string, string>(role.Metadata.Labels!) { [Label(sum)] = "true" } },
    };

    /// <summary>A binding of the role's own name.</summary>
    public static ClusterRoleBinding Bind(string role, params Subject[] subjects) => Bind(role, role, subjects);

    public static ClusterRoleBinding Bind(string name, string role, params Subject[] subjects) => new()
    {
        Metadata = Metadata(name), RoleRef = new() { ApiGroup = PolicyText.ApiGroup, Kind = "ClusterRole", Name = role }, Subjects = subjects,
    };

    public static Role Role(string ns, string name, params PolicyRule[] rules) => new() { Metadata = Metadata(name) with { Namespace = ns }, Rules = rules };

    public static RoleBinding Bind(string ns, string name, string role, params Subject[] subjects) => new()
    {
        Metadata = Metadata(name) with { Namespace = ns }, RoleRef = new() { ApiGroup = PolicyText.ApiGroup, Kind = "Role", Name = role }, Subjects = subjects,
    };

    public static Subject User(string name) => new() { Kind = "User", ApiGroup = PolicyText.ApiGroup, Name = name };

    public static Subject Group(string name) => new() { Kind = "Group", ApiGroup = PolicyText.ApiGroup, Name = name };

    public static Subject Account(string name) => new() { Kind = "ServiceAccount", Name = name, Namespace = "kube-system" };

    static ObjectMeta Metadata(string name) => new()
    {
        Name = name,
        Labels = new Dictionary<string, string> { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
        Annotations = new Dictionary<string, string> { [AutoUpdate] = "true" },
    };

    static string Label(string sum) => $"rbac.authorization.k8s.io/aggregate-to-{sum}";

    static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
