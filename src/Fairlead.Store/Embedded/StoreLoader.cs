namespace Fairlead.Store.Embedded;

/// <summary>Rebuilds state and history from the table's rows, and checks on the way that no revision is missing.</summary>
sealed class StoreLoader(VersionTable table, EventHistory history, string path)
{
    readonly Dictionary<string, StoreEntry> current = new(StringComparer.Ordinal);
    readonly List<StoreEvent> events = [];

    /// <exception cref="StoreUnavailableException">Damaged.</exception>
    public Snapshot Load()
    {
        var compacted = table.Load(Add);
        history.Begin(compacted);
        foreach (var e in events)
        {
            if (e.Entry.Revision <= compacted) continue;
            if (e.Entry.Revision != history.Last + 1)
            {
                throw new StoreUnavailableException($"can't read the store {path}: revision {history.Last + 1} is missing; restore it from a backup", null);
            }
            history.Append(e);
        }
        var entries = current.Values.ToArray();
        Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new(EntryTree.FromSorted(entries), history.Last);
    }

    void Add(StoreEntry entry, bool deleted)
    {
        current.TryGetValue(entry.Key, out var previous);
        events.Add(new(deleted ? StoreEventType.Deleted : previous is null ? StoreEventType.Created : StoreEventType.Modified, entry, previous));
        if (deleted) current.Remove(entry.Key);
        else current[entry.Key] = entry;
    }
}
