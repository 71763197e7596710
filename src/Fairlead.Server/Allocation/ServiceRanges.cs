using System.Net;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Allocation;

/// <summary>
/// The ranges that the ServiceCIDR objects name. They are few, so they are read whenever one is needed: an address is never
/// taken from a range that has just been given up.
/// </summary>
public sealed class ServiceRanges(IStore store, ResourceDefinition kind)
{
    /// <summary>The ranges from which addresses may be given out, the default one first, then by age.</summary>
    public async ValueTask<IReadOnlyList<ServiceRange>> ReadyAsync(CancellationToken cancellation)
    {
        var stored = await store.RangeAsync(ObjectKeys.Collection(kind, null), null, 0, 0, cancellation).ConfigureAwait(false);
        return [.. stored.Entries.OrderBy(e => e.CreateRevision).Select(StoredObject.Parse).OrderBy(o => o.Name() == DefaultServiceCidr.Name ? 0 : 1)
            .Where(IsReady).SelectMany(Of)];
    }

    static IEnumerable<ServiceRange> Of(JsonObject obj) =>
        obj.Object("spec").Texts("cidrs").Where(c => IPNetwork.TryParse(c, out _)).Select(c => ServiceRange.Of(IPNetwork.Parse(c)));

    // Without the condition it counts as ready: the controller that sets it may be late.
    static bool IsReady(JsonObject obj) => obj.Metadata().Text("deletionTimestamp") is null
        && (obj.Object("status").Array("conditions") ?? []).OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == "Ready").Text("status") is null or "True";
}
