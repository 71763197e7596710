using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Api.Resources.Quotas;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Quotas;

/// <summary>
/// Brings the status of ResourceQuotas up to their spec at once, and now and then counts anew. A count may lower what is
/// used only if nobody touched the quota since the count before gave the same: an object that is charged but not stored
/// yet, here or by another server, is so never forgotten.
/// </summary>
public sealed class QuotaRecount(IStore store, ResourceDefinition quotas, QuotaCount counts, TimeProvider clock, Action<string> log)
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    readonly Dictionary<string, (long Revision, string Used)> seen = [];

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var full = clock.GetTimestamp();
        await PassAsync(true, cancellation).ConfigureAwait(false);
        while (true)
        {
            using var watch = store.Watch(ObjectKeys.Collection(quotas, null), store.Revision);
            try
            {
                while (true)
                {
                    using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    time.CancelAfter(Period);
                    try { await watch.NextAsync(time.Token).ConfigureAwait(false); }
                    catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { break; }
                    await PassAsync(false, cancellation).ConfigureAwait(false);
                }
            }
            catch (SlowWatcherException) { } // what was missed is found in the pass over all
            var all = clock.GetElapsedTime(full) >= Period;
            if (all) full = clock.GetTimestamp();
            await PassAsync(all, cancellation).ConfigureAwait(false);
        }
    }

    async Task PassAsync(bool all, CancellationToken cancellation)
    {
        try { await RunOnceAsync(all, cancellation).ConfigureAwait(false); }
        catch (Exception e) when (e is not OperationCanceledException) { log($"quotas could not be counted and are again in {Period}: {e.Message}"); }
    }

    /// <summary>One pass.</summary>
    /// <param name="all">False: only quotas whose status lacks what their spec bounds.</param>
    public async Task RunOnceAsync(bool all, CancellationToken cancellation)
    {
        var range = await store.RangeAsync(ObjectKeys.Collection(quotas, null), null, 0, 0, cancellation).ConfigureAwait(false);
        foreach (var entry in range.Entries)
        {
            var quota = StoredObject.Parse(entry);
            var isBehind = !JsonNode.DeepEquals(quota["spec"]?["hard"] ?? new JsonObject(), quota["status"]?["hard"]);
            if (all || isBehind) await RecountAsync(entry, quota, isBehind, cancellation).ConfigureAwait(false);
        }
        if (all) foreach (var gone in seen.Keys.Except(range.Entries.Select(e => e.Key)).ToList()) seen.Remove(gone);
    }

    async Task RecountAsync(StoreEntry entry, JsonObject quota, bool isBehind, CancellationToken cancellation)
    {
        var counted = await counts.CountAsync(quota, cancellation).ConfigureAwait(false);
        var text = Amounts.Show(counted);
        var mayLower = seen.TryGetValue(entry.Key, out var before) && before == (entry.Revision, text);
        seen[entry.Key] = (entry.Revision, text);
        var used = Amounts.Read(quota["status"]?["used"]);
        var next = counted.ToDictionary(c => c.Key, c => mayLower || !used.TryGetValue(c.Key, out var has) ? c.Value : Quantity.Max(has, c.Value));
        if (!isBehind && next.Count == used.Count && next.All(n => used.TryGetValue(n.Key, out var has) && has == n.Value)) return;
        quota["status"] = new JsonObject { ["hard"] = quota["spec"]?["hard"]?.DeepClone() ?? new JsonObject(), ["used"] = Amounts.Write(next) };
        // A quota that changed in between is looked at again.
        await store.WriteAsync(StoreWrite.Replace(entry.Key, entry.Revision, StoredObject.Encode(quota)), cancellation).ConfigureAwait(false);
    }
}
