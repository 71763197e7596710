using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Rbac.V1;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Authorization.Rbac;

/// <summary>
/// Makes the default roles and bindings at each start. One that is there gets back the permissions and subjects that it
/// lacks, unless it is annotated rbac.authorization.kubernetes.io/autoupdate: "false"; what a user added stays.
/// </summary>
public sealed class PolicyReconciliation(Verbs verbs, ResourceCatalog catalog)
{
    /// <summary>All at once: the store commits them as few groups.</summary>
    public Task EnsureAsync(CancellationToken cancellation) => Task.WhenAll(
    [
        .. DefaultRoles.ClusterRoles().Select(r => EnsureAsync(r, Grown, cancellation)),
        .. DefaultRoles.Roles().Select(r => EnsureAsync(r, Grown, cancellation)),
        .. DefaultRoles.ClusterRoleBindings().Select(b => EnsureAsync(b, Grown, cancellation)),
        .. DefaultRoles.RoleBindings().Select(b => EnsureAsync(b, Grown, cancellation)),
    ]);

    /// <param name="grown">The stored object (first) with what it lacks of the default one; the same object if it lacks nothing.</param>
    async Task EnsureAsync<T>(T wished, Func<T, T, T> grown, CancellationToken cancellation) where T : KubeObject
    {
        if (catalog.Find(KindOf<T>.Group, KindOf<T>.Version, KindOf<T>.Plural) is not { } kind) return;
        var context = WriteContext.Internal(kind, wished.Metadata.Namespace, wished.Metadata.Name);
        if (await FindAsync().ConfigureAwait(false) is { } found)
        {
            if (found.Metadata.Annotations?.GetValueOrDefault(PolicyText.AutoUpdate) == "false" || Update(found) is not { } change) return;
            await verbs.Updating.UpdateAsync(context, ChangeScope.Object, _ => change, cancellation).ConfigureAwait(false);
            return;
        }
        try { await verbs.Creation.CreateAsync(context, Tree(wished), cancellation).ConfigureAwait(false); }
        catch (ApiException e) when (e.IsAlreadyExists) { } // another server was first

        async Task<T?> FindAsync()
        {
            try
            {
                var entry = await verbs.Reading.GetAsync(kind, wished.Metadata.Namespace, wished.Metadata.Name!, cancellation).ConfigureAwait(false);
                return ApiJson.Read<T>(entry.Json.Span);
            }
            catch (ApiException e) when (e.IsNotFound) { return null; }
        }

        JsonObject? Update(T found)
        {
            var metadata = found.Metadata with { Labels = Merged(found.Metadata.Labels, wished.Metadata.Labels), Annotations = Merged(found.Metadata.Annotations, wished.Metadata.Annotations) };
            var now = (T)(grown(found, wished) with { Metadata = metadata });
            var tree = Tree(now);
            return JsonNode.DeepEquals(tree, Tree(found)) ? null : tree;
        }
    }

    static ClusterRole Grown(ClusterRole found, ClusterRole wished) => wished.AggregationRule is { } sum
        ? found with { AggregationRule = Selecting(found.AggregationRule, sum) }
        : found with { Rules = WithMissing(found.Rules, wished.Rules) };

    static Role Grown(Role found, Role wished) => found with { Rules = WithMissing(found.Rules, wished.Rules) };

    static ClusterRoleBinding Grown(ClusterRoleBinding found, ClusterRoleBinding wished) => found with { Subjects = WithMissing(found.Subjects, wished.Subjects) };

    static RoleBinding Grown(RoleBinding found, RoleBinding wished) => found with { Subjects = WithMissing(found.Subjects, wished.Subjects) };

    static IReadOnlyList<PolicyRule>? WithMissing(IReadOnlyList<PolicyRule>? found, IReadOnlyList<PolicyRule>? wished)
    {
        var missing = RuleCover.Missing(found ?? [], wished ?? []);
        return missing.Count == 0 ? found : [.. found ?? [], .. RuleCover.Compact(missing)];
    }

    static IReadOnlyList<Subject>? WithMissing(IReadOnlyList<Subject>? found, IReadOnlyList<Subject>? wished)
    {
        var missing = (wished ?? []).Where(w => found?.Any(f => (f.Kind, f.Name, f.Namespace ?? "") == (w.Kind, w.Name, w.Namespace ?? "")) != true).ToList();
        return missing.Count == 0 ? found : [.. found ?? [], .. missing];
    }

    static AggregationRule Selecting(AggregationRule? found, AggregationRule wished)
    {
        var have = found?.ClusterRoleSelectors ?? [];
        var missing = wished.ClusterRoleSelectors!.Where(w => !have.Any(h => JsonNode.DeepEquals(Json(h), Json(w))));
        return new() { ClusterRoleSelectors = [.. have, .. missing] };
    }

    static JsonNode? Json(LabelSelector selector) => JsonNode.Parse(ApiJson.Write(selector));

    static IReadOnlyDictionary<string, string>? Merged(IReadOnlyDictionary<string, string>? found, IReadOnlyDictionary<string, string>? wished)
    {
        if (wished is null) return found;
        var all = new Dictionary<string, string>(found ?? new Dictionary<string, string>());
        foreach (var (key, value) in wished) all.TryAdd(key, value);
        return all;
    }

    static JsonObject Tree<T>(T obj) where T : KubeObject => JsonTree.ParseObject(ApiJson.Write(KindOf<T>.Stamp(obj)));
}
