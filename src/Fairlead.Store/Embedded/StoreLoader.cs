using Fairlead.Store.Caching;

namespace Fairlead.Store.Embedded;

/// <summary>Rebuilds state and history from the table's rows, and checks on the way that no revision is missing.</summary>
sealed class StoreLoader(VersionTable table, string path)
{
    readonly Dictionary<string, StoreEntry> current = new(StringComparer.Ordinal);
    readonly List<StoreEvent> events = [];

    /// <exception cref="StoreUnavailableException">Damaged.</exception>
    public void Load(WatchCache cache)
    {
        var compacted = table.Load(Add);
        var history = events.SkipWhile(e => e.Entry.Revision <= compacted).ToList();
        var last = compacted;
        foreach (var e in history)
        {
            if (e.Entry.Revision != ++last)
                throw new StoreUnavailableException($"can't read the store {path}: revision {last} is missing; restore it from a backup", null);
        }
        var entries = current.Values.ToArray();
        Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        cache.Begin(new(EntryTree.FromSorted(entries), last), compacted, history);
    }

    void Add(StoreEntry entry, bool deleted)
    {
        current.TryGetValue(entry.Key, out var previous);
        events.Add(new(deleted ? StoreEventType.Deleted : previous is null ? StoreEventType.Created : StoreEventType.Modified, entry, previous));
        if (deleted) current.Remove(entry.Key);
        else current[entry.Key] = entry;
    }
}
