using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Api.Resources.Quotas;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;
using Fairlead.Store;

namespace Fairlead.Server.Quotas;

/// <summary>Counts what a namespace uses of the resources that a quota bounds, object by object.</summary>
public sealed class QuotaCount(IStore store, ResourceCatalog catalog)
{
    /// <summary>The usage of every resource in the quota's spec.hard, zeros included.</summary>
    public async ValueTask<Dictionary<string, Quantity>> CountAsync(JsonObject quota, CancellationToken cancellation)
    {
        var hard = Amounts.Read(quota["spec"]?["hard"]);
        var used = hard.ToDictionary(h => h.Key, _ => Quantity.Zero);
        var kinds = catalog.All.Where(k => k is { Namespaced: true, Storage: null } && hard.Keys.Any(r => QuotaUsage.IsFrom(k, r))).DistinctBy(k => k.GroupResource);
        foreach (var kind in kinds)
        {
            var range = await store.RangeAsync(ObjectKeys.Collection(kind, quota.Namespace()), null, 0, 0, cancellation).ConfigureAwait(false);
            foreach (var obj in range.Entries.Select(StoredObject.Parse))
            {
                if (!QuotaScopes.Matches(quota, kind, obj)) continue;
                foreach (var (resource, amount) in QuotaUsage.Of(kind, obj))
                    if (used.TryGetValue(resource, out var sum)) used[resource] = sum + amount;
            }
        }
        return used;
    }
}
