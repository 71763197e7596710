using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Rbac.V1;
using Fairlead.Api.Selectors;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;
using Fairlead.Json;

namespace Fairlead.Controllers.ClusterRoleAggregation;

/// <summary>Writes into each ClusterRole with an aggregation rule the rules of the roles that it selects. Keyed by that role.</summary>
public sealed class ClusterRoleAggregationController : IController
{
    readonly ControllerContext context;
    readonly Informer<ClusterRole> roles;

    public ClusterRoleAggregationController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        roles = context.Informers.Of<ClusterRole>();
        roles.OnChange((_, now) =>
        {
            if (now?.AggregationRule is not null) Queue.Add(ObjectKey.Of(now));
            // Whichever role changed, what is made of it may have to change: such roles are few.
            foreach (var sum in roles.List().Where(r => r.AggregationRule is not null)) Queue.Add(ObjectKey.Of(sum));
        });
    }

    public string Name => "clusterrole-aggregation-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (roles.Get(key) is not { AggregationRule: { } rule } role) return null;
        var selectors = (rule.ClusterRoleSelectors ?? []).Select(LabelSelectorText.From).ToList();
        var wished = Summed(roles.List().Where(r => r.Metadata.Name != role.Metadata.Name && selectors.Any(s => s.Matches(r.Metadata.Labels))));
        if (JsonNode.DeepEquals(Json(role.Rules ?? []), Json(wished))) return null;
        await context.Client.UpdateAsync(role with { Rules = wished }, cancellation).ConfigureAwait(false);
        return null;
    }

    /// <summary>All rules in the order of the roles' names, each once.</summary>
    static IReadOnlyList<PolicyRule> Summed(IEnumerable<ClusterRole> parts) =>
        [.. parts.OrderBy(r => r.Metadata.Name, StringComparer.Ordinal).SelectMany(r => r.Rules ?? []).DistinctBy(r => Json([r]).ToJsonString())];

    static JsonNode Json(IReadOnlyList<PolicyRule> rules) => JsonNode.Parse(ApiJson.Write(new ClusterRole { Rules = rules }))!["rules"] ?? new JsonArray();
}
