using Fairlead.Api.Json;
using Fairlead.Api.Rbac.V1;
using Fairlead.Json;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Authorization.Rbac;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Admission;

/// <summary>
/// Nobody grants what they do not have: a role may hold only permissions of its author, unless that one may "escalate";
/// a binding may give only a role whose permissions its author has, unless that one may "bind" it.
/// </summary>
public sealed class RoleEscalation(RbacPolicy policy, Func<IAuthorizer> authorizer) : IAdmission
{
    static readonly PolicyRule[] Everything =
    [
        new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] },
        new() { Verbs = ["*"], NonResourceURLs = ["*"] },
    ];

    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (obj is null || context.Kind.Group != PolicyText.ApiGroup || context.User.IsIn(UserInfo.MastersGroup)) return;
        var granted = context.Kind.Plural is "roles" or "clusterroles"
            ? await RoleAsync(context, obj, old, cancellation).ConfigureAwait(false)
            : await BindingAsync(context, obj, old, cancellation).ConfigureAwait(false);
        if (granted is null) return;
        var missing = RuleCover.Missing(policy.Table.RulesFor(context.User, context.Namespace ?? ""), granted);
        if (missing.Count == 0) return;
        throw Refuse.Forbidden(context.Kind, obj.Name(),
            $"user \"{context.User.Name}\" (groups={RuleCover.Quoted(context.User.Groups)}) is attempting to grant RBAC permissions not currently held:\n{string.Join('\n', RuleCover.Describe(missing))}");
    }

    /// <summary>What the role grants that is to be checked; null if nothing is.</summary>
    async ValueTask<IReadOnlyList<PolicyRule>?> RoleAsync(WriteContext context, JsonObject obj, JsonObject? old, CancellationToken cancellation)
    {
        if (old is not null && Same(obj, old, "rules") && Same(obj, old, "aggregationRule")) return null;
        if (await MayAsync(context, "escalate", context.Kind.Plural, obj.Name(), cancellation).ConfigureAwait(false)) return null;
        // Who chooses what is added up could have anything added.
        if (obj["aggregationRule"] is not null && (old is null || !Same(obj, old, "aggregationRule"))) return Everything;
        return Rules(obj);
    }

    async ValueTask<IReadOnlyList<PolicyRule>?> BindingAsync(WriteContext context, JsonObject obj, JsonObject? old, CancellationToken cancellation)
    {
        if (old is not null && Same(obj, old, "roleRef") && Same(obj, old, "subjects")) return null;
        var reference = obj.Object("roleRef");
        var role = new RoleRef { ApiGroup = PolicyText.ApiGroup, Kind = reference.Text("kind") ?? "", Name = reference.Text("name") ?? "" };
        if (role.Kind is not ("Role" or "ClusterRole") || role.Name.Length == 0) return null; // validation says so
        var plural = role.Kind == "Role" ? "roles" : "clusterroles";
        if (await MayAsync(context, "bind", plural, role.Name, cancellation).ConfigureAwait(false)) return null;
        return policy.Table.RulesOf(role, context.Namespace ?? "") ?? throw Refuse.NotFound(PolicyText.ApiGroup, plural, role.Name);
    }

    async ValueTask<bool> MayAsync(WriteContext context, string verb, string resource, string name, CancellationToken cancellation) =>
        (await authorizer().AuthorizeAsync(new(context.User, verb)
        {
            Group = PolicyText.ApiGroup, Version = "v1", Resource = resource, Name = name, Namespace = context.Namespace ?? "",
        }, cancellation).ConfigureAwait(false)).IsAllowed;

    static bool Same(JsonObject obj, JsonObject old, string field) => JsonNode.DeepEquals(obj[field], old[field]);

    static IReadOnlyList<PolicyRule> Rules(JsonObject role) => ApiJson.Read<ClusterRole>(StoredObject.Bytes(role).Span).Rules ?? [];
}
