using Fairlead.Api.Discovery.V1;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>
/// Gives each ready endpoint of a Service to a zone, so that every zone has endpoints by its share of the CPUs (KEP-2433).
/// Slices that need no change stay as they are while every zone can still get its minimum. Pure.
/// </summary>
static class ZoneHints
{
    /// <summary>Sets the hints of all endpoints.</summary>
    /// <param name="drafts">The slices of one family, with the hints that their endpoints have now.</param>
    /// <returns>Why no endpoint has a hint; null if they have.</returns>
    public static string? Assign(ZoneShares? shares, IReadOnlyList<SliceDraft> drafts)
    {
        var refused = Refusal(shares, drafts, out var allocations);
        if (refused is not null)
        {
            foreach (var draft in drafts) Replace(draft, _ => null);
            return refused;
        }
        var settled = Settled(drafts, allocations!);
        var counts = Distribute(drafts, settled, allocations!);
        // What stayed may leave too little for a zone: then all are given out anew.
        if (settled.Count > 0 && allocations!.Any(a => counts.GetValueOrDefault(a.Key) < a.Value.Minimum)) Distribute(drafts, [], allocations!);
        return null;
    }

    static string? Refusal(ZoneShares? shares, IReadOnlyList<SliceDraft> drafts, out IReadOnlyDictionary<string, ZoneShares.Allocation>? allocations)
    {
        allocations = null;
        if (shares is null) return HintVerdict.NoNodeInfo;
        var ready = drafts.SelectMany(d => d.Endpoints).Where(IsReady).ToList();
        (allocations, var refused) = shares.Allocate(ready.Count);
        return refused ?? (ready.Exists(e => string.IsNullOrEmpty(e.Zone)) ? HintVerdict.NoZone : null);
    }

    /// <summary>The slices whose hints may stay, and with them nobody gets more than the most.</summary>
    static HashSet<SliceDraft> Settled(IReadOnlyList<SliceDraft> drafts, IReadOnlyDictionary<string, ZoneShares.Allocation> allocations)
    {
        var settled = new HashSet<SliceDraft>();
        var counts = new Dictionary<string, int>();
        foreach (var draft in drafts.Where(d => !d.Differs))
        {
            var zones = draft.Endpoints.Where(IsReady).Select(HintOf).ToList();
            if (zones.Exists(z => z is null || !allocations.ContainsKey(z))) continue;
            var own = zones.CountBy(z => z!).ToDictionary();
            if (own.Any(o => o.Value + counts.GetValueOrDefault(o.Key) > allocations[o.Key].Maximum)) continue;
            foreach (var (zone, count) in own) counts[zone] = counts.GetValueOrDefault(zone) + count;
            settled.Add(draft);
        }
        return settled;
    }

    /// <summary>Gives the endpoints of all slices but the settled ones to zones; each its own first, then what is too much to those that lack.</summary>
    static Dictionary<string, int> Distribute(IReadOnlyList<SliceDraft> drafts, HashSet<SliceDraft> settled, IReadOnlyDictionary<string, ZoneShares.Allocation> allocations)
    {
        var open = drafts.Where(d => !settled.Contains(d)).ToList();
        var counts = settled.SelectMany(d => d.Endpoints).Where(IsReady).CountBy(e => HintOf(e)!).ToDictionary();
        foreach (var zone in open.SelectMany(d => d.Endpoints).Where(IsReady).Select(e => e.Zone!)) counts[zone] = counts.GetValueOrDefault(zone) + 1;
        var (giving, receiving) = Moves(allocations, counts);
        foreach (var draft in open)
        {
            Replace(draft, endpoint =>
            {
                if (!IsReady(endpoint)) return null;
                if (giving.GetValueOrDefault(endpoint.Zone!) == 0 || receiving.FirstOrDefault(r => r.Value > 0).Key is not { } to) return endpoint.Zone;
                giving[endpoint.Zone!]--;
                receiving[to]--;
                counts[endpoint.Zone!]--;
                counts[to] = counts.GetValueOrDefault(to) + 1;
                return to;
            });
        }
        return counts;
    }

    /// <summary>How many whole endpoints each zone gives and gets: from where most are too many to where most lack, as long as half a one matters.</summary>
    static (Dictionary<string, int> Giving, SortedDictionary<string, int> Receiving) Moves(
        IReadOnlyDictionary<string, ZoneShares.Allocation> allocations, Dictionary<string, int> counts)
    {
        var balance = new SortedDictionary<string, double>(allocations.ToDictionary(a => a.Key, a => counts.GetValueOrDefault(a.Key) - a.Value.Desired), StringComparer.Ordinal);
        var (giving, receiving) = (new Dictionary<string, int>(), new SortedDictionary<string, int>(StringComparer.Ordinal));
        while (true)
        {
            var (most, least) = (balance.MaxBy(b => b.Value), balance.MinBy(b => b.Value));
            var (surplus, lack) = (most.Value, -least.Value);
            if (surplus < 0.5 || lack < 0.5 || (surplus < 1 && lack < 1)) return (giving, receiving);
            giving[most.Key] = giving.GetValueOrDefault(most.Key) + 1;
            receiving[least.Key] = receiving.GetValueOrDefault(least.Key) + 1;
            balance[most.Key]--;
            balance[least.Key]++;
        }
    }

    static void Replace(SliceDraft draft, Func<Endpoint, string?> zone)
    {
        for (var i = 0; i < draft.Endpoints.Count; i++)
        {
            var endpoint = draft.Endpoints[i];
            draft.Endpoints[i] = endpoint with { Hints = zone(endpoint) is { } name ? new EndpointHints { ForZones = [new ForZone { Name = name }] } : null };
        }
    }

    static bool IsReady(Endpoint endpoint) => endpoint.Conditions?.Ready == true;

    static string? HintOf(Endpoint endpoint) => endpoint.Hints is { ForNodes: not { Count: > 0 }, ForZones: [var zone] } ? zone.Name : null;
}
