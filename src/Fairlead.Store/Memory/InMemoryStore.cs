namespace Fairlead.Store.Memory;

/// <summary>
/// The contract of <see cref="IStore"/> without a disk: for tests, and for servers whose data may go with the process.
/// One lock guards everything; no call waits for anything else.
/// </summary>
public sealed class InMemoryStore(int watcherLimit = 100_000) : IStore
{
    readonly Lock gate = new();
    readonly List<StoreEntry> current = [];
    readonly List<StoreEvent> history = [];
    readonly List<InMemoryWatch> watches = [];
    long last = 1;
    long compacted = 1;

    public long Revision { get { lock (gate) return last; } }

    public long CompactedRevision { get { lock (gate) return compacted; } }

    public ValueTask<StoreEntry?> GetAsync(string key, CancellationToken cancellation)
    {
        lock (gate)
        {
            var at = IndexOf(key);
            return new(at >= 0 ? current[at] : null);
        }
    }

    public ValueTask<StoreRange> RangeAsync(string prefix, string? after, int limit, long revision, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (revision > last) throw new FutureRevisionException(revision, last);
            if (revision != 0 && revision < compacted) throw new CompactedException(revision, compacted);
            var all = revision == 0 || revision == last ? CurrentUnder(prefix, after) : PastUnder(prefix, after, revision);
            var taken = limit > 0 && all.Count > limit ? all.GetRange(0, limit) : all;
            return new(new StoreRange(taken, revision == 0 ? last : revision, all.Count - taken.Count));
        }
    }

    public ValueTask<WriteResult> WriteAsync(StoreWrite write, CancellationToken cancellation)
    {
        lock (gate)
        {
            var at = IndexOf(write.Key);
            var existing = at >= 0 ? current[at] : null;
            var holds = write.Condition == StoreCondition.Absent ? existing is null : existing?.Revision == write.Revision;
            if (!holds) return new(new WriteResult(WriteOutcome.Refused, existing));

            last++;
            var value = write.Value ?? write.FinalValue ?? throw new ArgumentException("a delete needs a final value", nameof(write));
            var entry = new StoreEntry(write.Key, last, existing?.CreateRevision ?? last, value.Stamped(last));
            if (write.Value is null) current.RemoveAt(at);
            else if (existing is null) current.Insert(~at, entry);
            else current[at] = entry;
            Publish(new(write.Value is null ? StoreEventType.Deleted : existing is null ? StoreEventType.Created : StoreEventType.Modified, entry, existing));
            return new(new WriteResult(WriteOutcome.Done, entry));
        }
    }

    public IStoreWatch Watch(string prefix, long after)
    {
        lock (gate)
        {
            if (after < compacted) throw new CompactedException(after, compacted);
            var watch = new InMemoryWatch(prefix, after, watcherLimit, Forget);
            foreach (var e in history)
            {
                if (e.Entry.Revision > after) watch.Offer(e);
            }
            if (last > after) watch.Reached(last);
            watches.Add(watch);
            return watch;
        }
    }

    public ValueTask CompactAsync(long revision, CancellationToken cancellation)
    {
        lock (gate)
        {
            compacted = Math.Max(compacted, Math.Min(revision, last));
            history.RemoveAll(e => e.Entry.Revision <= compacted);
        }
        return default;
    }

    public ValueTask DisposeAsync() => default;

    void Publish(StoreEvent e)
    {
        history.Add(e);
        foreach (var watch in watches)
        {
            watch.Offer(e);
            watch.Reached(last);
        }
    }

    void Forget(InMemoryWatch watch)
    {
        lock (gate) watches.Remove(watch);
    }

    List<StoreEntry> CurrentUnder(string prefix, string? after)
    {
        var found = new List<StoreEntry>();
        var at = IndexOf(prefix);
        for (var i = at >= 0 ? at : ~at; i < current.Count && current[i].Key.StartsWith(prefix, StringComparison.Ordinal); i++)
        {
            if (after is null || string.CompareOrdinal(current[i].Key, after) > 0) found.Add(current[i]);
        }
        return found;
    }

    /// <summary>The state of then, from the state of now: later events are taken back, newest first.</summary>
    List<StoreEntry> PastUnder(string prefix, string? after, long at)
    {
        var state = CurrentUnder(prefix, after).ToDictionary(e => e.Key, StringComparer.Ordinal);
        for (var i = history.Count - 1; i >= 0 && history[i].Entry.Revision > at; i--)
        {
            var key = history[i].Entry.Key;
            if (!key.StartsWith(prefix, StringComparison.Ordinal) || (after is not null && string.CompareOrdinal(key, after) <= 0)) continue;
            if (history[i].Previous is { } previous) state[key] = previous;
            else state.Remove(key);
        }
        return [.. state.Values.OrderBy(e => e.Key, StringComparer.Ordinal)];
    }

    int IndexOf(string key)
    {
        int low = 0, high = current.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(current[middle].Key, key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }
}
