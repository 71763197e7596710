using Fairlead.Linux.Bpf;

namespace Fairlead.Dataplanes.Ebpf;

/// <summary>The maps of the node itself: its addresses, and the ranges of Pods.</summary>
static class NodeMaps
{
    /// <returns>How many elements had to change.</returns>
    public static int Converge(EbpfPrograms programs, NodeEntries wished) =>
        Converge(programs["node_addresses"], wished.Addresses.ToDictionary(a => EbpfLayout.Ip.Of(a.Key), a => a.Value))
        + Converge(programs["pod_ranges"], wished.PodRanges.ToDictionary(r => r, _ => 1u));

    static int Converge<TKey>(BpfMap map, Dictionary<TKey, uint> wished) where TKey : unmanaged
    {
        var there = map.Read<TKey, uint>().ToDictionary();
        TKey[] stale = [.. there.Keys.Where(k => !wished.ContainsKey(k))];
        var missing = wished.Where(w => !there.TryGetValue(w.Key, out var value) || value != w.Value).ToList();
        map.Update<TKey, uint>([.. missing.Select(m => m.Key)], [.. missing.Select(m => m.Value)]);
        map.Remove<TKey>(stale);
        return stale.Length + missing.Count;
    }
}
