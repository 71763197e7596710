using Fairlead.Linux.Bpf;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Ebpf;

/// <summary>
/// The maps' contents, and the numbers that were given: a frontend keeps its id, and a list of backends is never changed but
/// exchanged for another one. Only what differs is written. Owned by one data plane.
/// </summary>
sealed class EbpfTable(EbpfPrograms programs)
{
    sealed record Held(FrontendEntry Entry, uint Id, uint List);

    readonly Dictionary<EbpfLayout.FrontendKey, Held> held = [];
    uint lastId, lastList;
    int backendCount;

    /// <summary>Reads what an earlier agent left, and removes lists that no frontend has.</summary>
    /// <returns>How many things were removed.</returns>
    public int Adopt()
    {
        var lists = programs["backends"].Read<EbpfLayout.BackendKey, EbpfLayout.Endpoint>().ToLookup(b => b.Key.List);
        foreach (var (key, value) in programs["frontends"].Read<EbpfLayout.FrontendKey, EbpfLayout.Frontend>())
        {
            EbpfLayout.Endpoint[] backends = [.. lists[value.List].OrderBy(b => b.Key.Index).Select(b => b.Value)];
            var slots = SlotsOf(value.List);
            held[key] = new(new(key, value.AffinitySeconds, value.Pods, value.Node, value.Outside, [.. backends], slots), value.Id, value.List);
            backendCount += backends.Length;
            lastId = Math.Max(lastId, value.Id);
        }
        var known = held.Values.Select(h => h.List).ToHashSet();
        EbpfLayout.BackendKey[] lost = [.. lists.Where(l => !known.Contains(l.Key)).SelectMany(l => l).Select(b => b.Key)];
        programs["backends"].Remove<EbpfLayout.BackendKey>(lost);
        lastList = lists.Select(l => l.Key).DefaultIfEmpty().Max();
        return lost.Length;
    }

    /// <summary>Whether the maps have room for so many more.</summary>
    public bool HasRoom(IReadOnlyCollection<FrontendEntry> more) =>
        held.Count + more.Count <= programs.Room.Frontends && backendCount + more.Sum(f => f.Backends.Length) <= programs.Room.Backends;

    /// <summary>Brings the maps to these frontends.</summary>
    /// <returns>How many frontends were written or removed.</returns>
    public int Converge(IReadOnlyList<FrontendEntry> wished)
    {
        var keys = wished.Select(f => f.Key).ToHashSet();
        return Change(wished, [.. held.Keys.Where(k => !keys.Contains(k))]);
    }

    /// <summary>Writes frontends that differ from what is held, and removes others.</summary>
    /// <returns>How many frontends were written or removed.</returns>
    public int Change(IReadOnlyList<FrontendEntry> put, IReadOnlyList<EbpfLayout.FrontendKey> remove)
    {
        var changed = put.Where(f => !held.TryGetValue(f.Key, out var old) || !old.Entry.Equals(f)).ToList();
        var next = changed.Select(f => held.TryGetValue(f.Key, out var old)
            ? old with { Entry = f, List = old.Entry.HasListOf(f) ? old.List : ++lastList }
            : new Held(f, ++lastId, ++lastList)).ToList();
        List<EbpfLayout.BackendKey> over = [];
        List<uint> overLists = [], overIds = [];
        // The new lists, then the frontends that lead to them, then the old lists go: a packet always finds a whole one.
        WriteLists(next.Where(n => !held.TryGetValue(n.Entry.Key, out var old) || old.List != n.List));
        programs["frontends"].Update<EbpfLayout.FrontendKey, EbpfLayout.Frontend>([.. next.Select(n => n.Entry.Key)], [.. next.Select(n => n.Entry.ToValue(n.Id, n.List))]);
        foreach (var now in next)
        {
            if (held.TryGetValue(now.Entry.Key, out var old) && old.List != now.List) Outlive(old);
            held[now.Entry.Key] = now;
        }
        var gone = remove.Where(held.ContainsKey).ToArray();
        programs["frontends"].Remove<EbpfLayout.FrontendKey>(gone);
        foreach (var key in gone)
        {
            held.Remove(key, out var old);
            Outlive(old!);
            overIds.Add(old!.Id);
        }
        programs["backends"].Remove<EbpfLayout.BackendKey>([.. over]);
        programs["maglev"].Remove<uint>([.. overLists]);
        programs["connections"].Remove<uint>([.. overIds]);
        return changed.Count + gone.Length;

        void Outlive(Held old)
        {
            for (var i = 0; i < old.Entry.Backends.Length; i++) over.Add(new(old.List, (uint)i));
            if (old.Entry.MaglevSlots > 0) overLists.Add(old.List);
            backendCount -= old.Entry.Backends.Length;
        }
    }

    /// <summary>How many connections each frontend was given.</summary>
    public IEnumerable<(EbpfLayout.FrontendKey Key, ulong Connections)> Connections()
    {
        var counts = programs["connections"].Read<uint, ulong>().ToDictionary();
        return held.Values.Select(h => (h.Entry.Key, counts.GetValueOrDefault(h.Id)));
    }

    void WriteLists(IEnumerable<Held> lists)
    {
        List<EbpfLayout.BackendKey> keys = [];
        List<EbpfLayout.Endpoint> values = [];
        foreach (var list in lists)
        {
            for (var i = 0; i < list.Entry.Backends.Length; i++) keys.Add(new(list.List, (uint)i));
            values.AddRange(list.Entry.Backends);
            backendCount += list.Entry.Backends.Length;
            if (list.Entry.MaglevSlots > 0) WriteSlots(list);
        }
        programs["backends"].Update<EbpfLayout.BackendKey, EbpfLayout.Endpoint>([.. keys], [.. values]);
    }

    // The number of slots stands first, in an element of its own.
    void WriteSlots(Held list)
    {
        ushort[] slots = [(ushort)list.Entry.MaglevSlots, 0, 0, 0, .. list.Entry.Slots()];
        var elements = new ulong[(slots.Length + EbpfLayout.SlotsInElement - 1) / EbpfLayout.SlotsInElement];
        for (var i = 0; i < slots.Length; i++) elements[i / EbpfLayout.SlotsInElement] |= (ulong)slots[i] << 16 * (i % EbpfLayout.SlotsInElement);
        using var table = BpfMap.InnerArray<ulong>("maglev_table", elements);
        programs["maglev"].Put(list.List, table);
    }

    int SlotsOf(uint list)
    {
        if (programs["maglev"].Find<uint, uint>(list) is not { } id || BpfMap.Find(id) is not { } table) return 0;
        using (table) return (int)(table.Find<uint, ulong>(0) & 0xffff ?? 0);
    }
}
