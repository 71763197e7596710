using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Api.Resources.Quotas;
using Fairlead.Json;
using Fairlead.Server.Allocation;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Store;

namespace Fairlead.Server.Quotas;

/// <summary>
/// Keeps status.used of ResourceQuotas exact: what an object uses is added, by compare and swap, right before it is
/// stored, taken back if the write fails, and given back when the object goes. A server that dies in between leaves
/// too much counted, never too little; <see cref="QuotaRecount"/> mends that.
/// </summary>
public sealed class QuotaLedger(IStore store, ResourceDefinition quotas, QuotaCount counts)
{
    const int MaxTries = 64;

    // One writer a namespace in this process, so that concurrent creators queue up instead of losing races.
    readonly SemaphoreSlim[] gates = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Charges what the change adds, to every quota that counts the object.</summary>
    /// <param name="old">The stored object; null at a create.</param>
    /// <param name="reservation">Gives back what is charged if the write fails, and after it what the object no longer uses.</param>
    /// <exception cref="Api.Errors.ApiException">Forbidden: a quota would be exceeded, or the object must state what it uses.</exception>
    public async ValueTask ChargeAsync(ResourceDefinition kind, JsonObject obj, JsonObject? old, bool dryRun, Reservation reservation, CancellationToken cancellation)
    {
        if (obj.Namespace() is not { } ns) return;
        // Most updates change no usage, and most namespaces have no quota: the first needs no store, which may be a question to etcd.
        if (old is not null && IsSame(QuotaUsage.Of(kind, obj), QuotaUsage.Of(kind, old))) return;
        var range = await store.RangeAsync(ObjectKeys.Collection(quotas, ns), null, 0, 0, cancellation).ConfigureAwait(false);
        if (range.Entries.Count == 0) return;
        var (now, before) = (QuotaUsage.Of(kind, obj), QuotaUsage.Of(kind, old));
        foreach (var entry in range.Entries)
        {
            var quota = StoredObject.Parse(entry);
            var hard = Amounts.Read(quota["spec"]?["hard"]);
            var matches = QuotaScopes.Matches(quota, kind, obj);
            if (!matches && (old is null || !QuotaScopes.Matches(quota, kind, old))) continue;
            var delta = Delta(hard, matches ? now : [], before);
            if (matches && old is null && kind is { Group: "", Plural: "pods" } && PodUsage.Missing(obj, hard.Keys) is { } missing)
                throw Refuse.Forbidden(kind, obj.Name(), $"failed quota: {quota.Name()}: must specify {missing}");
            var added = delta.Where(d => d.Value.Sign > 0).ToDictionary();
            var freed = delta.Where(d => d.Value.Sign < 0).ToDictionary();
            if (added.Count > 0)
            {
                await BookAsync(kind, obj, ns, entry.Key, added, dryRun, cancellation).ConfigureAwait(false);
                if (!dryRun) reservation.OnUndo(() => FreeAsync(ns, entry.Key, Negated(added)));
            }
            if (freed.Count > 0) reservation.OnKept(() => FreeAsync(ns, entry.Key, freed));
        }
    }

    /// <summary>Gives back all that an object used that is gone.</summary>
    public async ValueTask ReleaseAsync(ResourceDefinition kind, JsonObject obj)
    {
        if (obj.Namespace() is not { } ns) return;
        var range = await store.RangeAsync(ObjectKeys.Collection(quotas, ns), null, 0, 0, CancellationToken.None).ConfigureAwait(false);
        if (range.Entries.Count == 0) return;
        var usage = QuotaUsage.Of(kind, obj);
        foreach (var entry in range.Entries)
        {
            var quota = StoredObject.Parse(entry);
            var delta = Delta(Amounts.Read(quota["spec"]?["hard"]), [], usage);
            if (delta.Count > 0 && QuotaScopes.Matches(quota, kind, obj)) await FreeAsync(ns, entry.Key, delta).ConfigureAwait(false);
        }
    }

    static bool IsSame(Dictionary<string, Quantity> now, Dictionary<string, Quantity> before) =>
        now.Count == before.Count && now.All(u => before.TryGetValue(u.Key, out var was) && was == u.Value);

    /// <summary>What changes of the bounded resources, without zeros.</summary>
    static Dictionary<string, Quantity> Delta(Dictionary<string, Quantity> hard, Dictionary<string, Quantity> now, Dictionary<string, Quantity> before)
    {
        var delta = new Dictionary<string, Quantity>();
        foreach (var resource in hard.Keys)
        {
            var change = now.GetValueOrDefault(resource) - before.GetValueOrDefault(resource);
            if (!change.IsZero) delta[resource] = change;
        }
        return delta;
    }

    static Dictionary<string, Quantity> Negated(Dictionary<string, Quantity> amounts) => amounts.ToDictionary(a => a.Key, a => -a.Value);

    async ValueTask BookAsync(ResourceDefinition kind, JsonObject obj, string ns, string key, Dictionary<string, Quantity> added, bool dryRun, CancellationToken cancellation)
    {
        var gate = Gate(ns);
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (var attempt = 0; attempt < MaxTries; attempt++)
            {
                if (await store.GetAsync(key, cancellation).ConfigureAwait(false) is not { } entry) return; // the quota is gone: nothing bounds
                var quota = StoredObject.Parse(entry);
                var hard = Amounts.Read(quota["spec"]?["hard"]);
                var used = await UsedAsync(quota, hard, cancellation).ConfigureAwait(false);
                Check(kind, obj, quota, hard, used, added);
                if (dryRun) return;
                foreach (var (resource, amount) in added.Where(a => hard.ContainsKey(a.Key))) used[resource] = used.GetValueOrDefault(resource) + amount;
                if (await SaveAsync(entry, quota, hard, used, cancellation).ConfigureAwait(false)) return;
            }
            throw Refuse.Conflict(quotas, key[(key.LastIndexOf('/') + 1)..], "the quota was changed by others again and again");
        }
        finally { gate.Release(); }
    }

    static void Check(ResourceDefinition kind, JsonObject obj, JsonObject quota, Dictionary<string, Quantity> hard, Dictionary<string, Quantity> used, Dictionary<string, Quantity> added)
    {
        var exceeded = added.Where(a => hard.TryGetValue(a.Key, out var most) && used.GetValueOrDefault(a.Key) + a.Value > most).ToDictionary();
        if (exceeded.Count == 0) return;
        throw Refuse.Forbidden(kind, obj.Name(), $"exceeded quota: {quota.Name()}, requested: {Amounts.Show(exceeded)}, "
            + $"used: {Amounts.Show(exceeded.Select(e => KeyValuePair.Create(e.Key, used.GetValueOrDefault(e.Key))))}, "
            + $"limited: {Amounts.Show(exceeded.Select(e => KeyValuePair.Create(e.Key, hard[e.Key])))}");
    }

    /// <summary>What is used by the status, or counted if the status does not say it for the bounds that the spec has now.</summary>
    async ValueTask<Dictionary<string, Quantity>> UsedAsync(JsonObject quota, Dictionary<string, Quantity> hard, CancellationToken cancellation)
    {
        var used = Amounts.Read(quota["status"]?["used"]);
        return hard.Keys.All(used.ContainsKey) ? used : await counts.CountAsync(quota, cancellation).ConfigureAwait(false);
    }

    async ValueTask FreeAsync(string ns, string key, Dictionary<string, Quantity> freed)
    {
        var gate = Gate(ns);
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            for (var attempt = 0; attempt < MaxTries; attempt++)
            {
                if (await store.GetAsync(key, CancellationToken.None).ConfigureAwait(false) is not { } entry) return;
                var quota = StoredObject.Parse(entry);
                var used = Amounts.Read(quota["status"]?["used"]);
                // A status that does not speak of a resource will be counted, and then without this.
                foreach (var (resource, amount) in freed.Where(f => used.ContainsKey(f.Key))) used[resource] = Quantity.Max(used[resource] + amount, Quantity.Zero);
                if (await SaveAsync(entry, quota, Amounts.Read(quota["status"]?["hard"]), used, CancellationToken.None).ConfigureAwait(false)) return;
            }
        }
        finally { gate.Release(); }
    }

    async ValueTask<bool> SaveAsync(StoreEntry entry, JsonObject quota, Dictionary<string, Quantity> hard, Dictionary<string, Quantity> used, CancellationToken cancellation)
    {
        quota["status"] = new JsonObject { ["hard"] = Amounts.Write(hard), ["used"] = Amounts.Write(used.Where(u => hard.ContainsKey(u.Key)).ToDictionary()) };
        var result = await store.WriteAsync(StoreWrite.Replace(entry.Key, entry.Revision, StoredObject.Encode(quota)), cancellation).ConfigureAwait(false);
        return result.Outcome == WriteOutcome.Done;
    }

    SemaphoreSlim Gate(string ns) => gates[(int)((uint)string.GetHashCode(ns, StringComparison.Ordinal) % (uint)gates.Length)];
}
