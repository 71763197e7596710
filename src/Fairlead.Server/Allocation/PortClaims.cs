using System.Globalization;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Allocation;

/// <summary>
/// Which node ports are taken, as keys of the store: one a port. Making the key takes the port: the store lets only one be
/// made, whoever tries and through whichever server. (Upstream keeps one bitmap for all, for which servers contend.)
/// </summary>
public sealed class PortClaims(IStore store)
{
    const string Prefix = "/registry/ranges/nodeports/";

    readonly Lock gate = new();

    // Claims that were not seen in use: how often, of which revision.
    readonly Dictionary<int, (long Revision, int Times)> unseen = [];

    /// <summary>False if someone has it.</summary>
    public async ValueTask<bool> TryClaimAsync(int port, CancellationToken cancellation)
    {
        var value = StoredObject.Encode(new JsonObject { ["metadata"] = new JsonObject() });
        return (await store.WriteAsync(StoreWrite.Create(KeyOf(port), value), cancellation).ConfigureAwait(false)).Outcome == WriteOutcome.Done;
    }

    public async ValueTask<bool> IsFreeAsync(int port, CancellationToken cancellation) =>
        await store.GetAsync(KeyOf(port), cancellation).ConfigureAwait(false) is null;

    /// <summary>Gives it back; what is free already stays so.</summary>
    public async ValueTask ReleaseAsync(int port, CancellationToken cancellation)
    {
        while (await store.GetAsync(KeyOf(port), cancellation).ConfigureAwait(false) is { } claim)
        {
            if (await DeleteAsync(claim, cancellation).ConfigureAwait(false)) return;
        }
    }

    public async ValueTask<HashSet<int>> AllAsync(CancellationToken cancellation) =>
        [.. (await ListAsync(cancellation).ConfigureAwait(false)).Select(PortOf)];

    /// <summary>Claims those of the ports that are not claimed.</summary>
    public async ValueTask AddMissingAsync(IReadOnlySet<int> used, CancellationToken cancellation)
    {
        var claimed = await AllAsync(cancellation).ConfigureAwait(false);
        foreach (var port in used.Where(p => !claimed.Contains(p))) await TryClaimAsync(port, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Compares with what is in use: claims what is not claimed, and gives back a claim that was not in use in so many
    /// looks, this one included. One look is not enough: a port is claimed for a moment before it is in use.
    /// </summary>
    public async ValueTask CompareAsync(IReadOnlySet<int> used, int looks, CancellationToken cancellation)
    {
        await AddMissingAsync(used, cancellation).ConfigureAwait(false);
        foreach (var leaked in Leaked(await ListAsync(cancellation).ConfigureAwait(false), used, looks)) await DeleteAsync(leaked, cancellation).ConfigureAwait(false);
    }

    List<StoreEntry> Leaked(IReadOnlyList<StoreEntry> claims, IReadOnlySet<int> used, int looks)
    {
        var leaked = new List<StoreEntry>();
        lock (gate)
        {
            var still = new Dictionary<int, (long Revision, int Times)>();
            foreach (var claim in claims.Where(c => !used.Contains(PortOf(c))))
            {
                var port = PortOf(claim);
                var times = unseen.TryGetValue(port, out var before) && before.Revision == claim.Revision ? before.Times + 1 : 1;
                if (times >= looks) leaked.Add(claim);
                else still[port] = (claim.Revision, times);
            }
            unseen.Clear();
            foreach (var (port, count) in still) unseen[port] = count;
        }
        return leaked;
    }

    async ValueTask<IReadOnlyList<StoreEntry>> ListAsync(CancellationToken cancellation) =>
        (await store.RangeAsync(Prefix, null, 0, 0, cancellation).ConfigureAwait(false)).Entries;

    async ValueTask<bool> DeleteAsync(StoreEntry claim, CancellationToken cancellation) =>
        (await store.WriteAsync(StoreWrite.Delete(claim.Key, claim.Revision, StoredObject.Encode(StoredObject.Parse(claim))), cancellation).ConfigureAwait(false)).Outcome == WriteOutcome.Done;

    static string KeyOf(int port) => Prefix + port.ToString(CultureInfo.InvariantCulture);

    static int PortOf(StoreEntry claim) => int.Parse(claim.Key.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture);
}
