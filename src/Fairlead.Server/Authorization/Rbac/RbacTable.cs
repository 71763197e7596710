using Fairlead.Api.Rbac.V1;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Authorization.Rbac;

/// <summary>
/// All roles and bindings, resolved: which rules each user and each group has, at the cluster scope and in each
/// namespace. Immutable, and pure: a decision looks up the user and the user's groups and walks their rules.
/// </summary>
public sealed class RbacTable
{
    /// <param name="Rules">Null if the role does not exist.</param>
    /// <param name="Source">Which binding of which role to whom; or what is wrong.</param>
    sealed record Grant(IReadOnlyList<PolicyRule>? Rules, string Source);

    public static readonly RbacTable Empty = new([], [], [], []);

    readonly Dictionary<(string Namespace, string Name), List<Grant>> users = [], groups = [];
    readonly Dictionary<(string Namespace, string Name), IReadOnlyList<PolicyRule>> roles = [];

    public RbacTable(
        IEnumerable<ClusterRole> clusterRoles, IEnumerable<ClusterRoleBinding> clusterBindings, IEnumerable<Role> namespacedRoles, IEnumerable<RoleBinding> bindings)
    {
        foreach (var role in clusterRoles) roles[("", role.Metadata.Name!)] = role.Rules ?? [];
        foreach (var role in namespacedRoles) roles[(role.Metadata.Namespace!, role.Metadata.Name!)] = role.Rules ?? [];
        foreach (var binding in clusterBindings) Add("", $"ClusterRoleBinding \"{binding.Metadata.Name}\"", binding.RoleRef, binding.Subjects);
        foreach (var binding in bindings)
        {
            var ns = binding.Metadata.Namespace!;
            Add(ns, $"RoleBinding \"{binding.Metadata.Name}/{ns}\"", binding.RoleRef, binding.Subjects);
        }
    }

    /// <summary>The rules of the role that is referred to from a namespace (empty: from the cluster scope); null if there is none.</summary>
    public IReadOnlyList<PolicyRule>? RulesOf(RoleRef role, string ns) => roles.GetValueOrDefault((role.Kind == "Role" ? ns : "", role.Name));

    /// <summary>Whether any rule of the user's allows the request. The reason names the binding, or the roles that are missing.</summary>
    public Decision Decide(in AccessRequest request)
    {
        var missing = "";
        foreach (var grant in Grants(request.User, request.Namespace))
        {
            if (grant.Rules is not { } rules)
            {
                missing = missing.Length == 0 ? grant.Source : $"{missing}, {grant.Source}";
                continue;
            }
            for (var i = 0; i < rules.Count; i++)
            {
                if (RuleMatch.Allows(rules[i], request)) return new(Verdict.Allow, grant.Source);
            }
        }
        return missing.Length == 0 ? Decision.NoOpinion : new(Verdict.NoOpinion, missing.Contains(", ", StringComparison.Ordinal) ? $"RBAC: [{missing}]" : $"RBAC: {missing}");
    }

    /// <summary>Every rule that the user has in the namespace, those of the cluster scope included.</summary>
    public IReadOnlyList<PolicyRule> RulesFor(UserInfo user, string ns)
    {
        var all = new List<PolicyRule>();
        foreach (var grant in Grants(user, ns)) all.AddRange(grant.Rules ?? []);
        return all;
    }

    GrantWalk Grants(UserInfo user, string ns) => new(this, user, ns);

    void Add(string ns, string binding, RoleRef? role, IReadOnlyList<Subject>? subjects)
    {
        if (role is null) return;
        var rules = RulesOf(role, ns);
        foreach (var subject in subjects ?? [])
        {
            var source = rules is null
                ? $"{role.Kind.ToLowerInvariant()}.rbac.authorization.k8s.io \"{role.Name}\" not found"
                : $"RBAC: allowed by {binding} of {role.Kind} \"{role.Name}\" to {Describe(subject, ns)}";
            var grant = new Grant(rules, source);
            switch (subject.Kind)
            {
                case "User": Put(users, (ns, subject.Name), grant); break;
                case "Group": Put(groups, (ns, subject.Name), grant); break;
                case "ServiceAccount" when AccountNamespace(subject, ns) is { Length: > 0 } own:
                    Put(users, (ns, $"system:serviceaccount:{own}:{subject.Name}"), grant);
                    break;
            }
        }
    }

    static string AccountNamespace(Subject subject, string ns) => string.IsNullOrEmpty(subject.Namespace) ? ns : subject.Namespace;

    static string Describe(Subject subject, string ns) => subject.Kind == "ServiceAccount"
        ? $"{subject.Kind} \"{subject.Name}/{AccountNamespace(subject, ns)}\""
        : $"{subject.Kind} \"{subject.Name}\"";

    static void Put(Dictionary<(string, string), List<Grant>> table, (string, string) key, Grant grant)
    {
        if (!table.TryGetValue(key, out var list)) table[key] = list = [];
        list.Add(grant);
    }

    /// <summary>Walks a user's grants without allocating: of the user, then of each group, first at the cluster scope, then in the namespace.</summary>
    ref struct GrantWalk(RbacTable table, UserInfo user, string ns)
    {
        int source = -1; // two for the user, two for each group: cluster scope, namespace
        int index;
        List<Grant>? list;

        public Grant Current { get; private set; } = null!;

        public readonly GrantWalk GetEnumerator() => this;

        public bool MoveNext()
        {
            while (true)
            {
                if (list is not null && index < list.Count)
                {
                    Current = list[index++];
                    return true;
                }
                var step = ++source;
                if (step >= 2 + 2 * user.Groups.Count) return false;
                var scope = step % 2 == 0 ? "" : ns;
                index = 0;
                list = null;
                if (step % 2 == 1 && ns.Length == 0) continue;
                list = step < 2 ? table.users.GetValueOrDefault((scope, user.Name)) : table.groups.GetValueOrDefault((scope, user.Groups[step / 2 - 1]));
            }
        }
    }
}
