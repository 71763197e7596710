namespace Fairlead.Store.Caching;

/// <summary>
/// The window of events that is kept, in order of revision. Revisions may be left out: a shared store counts the writes
/// of others too. Guarded by the cache's gate.
/// </summary>
sealed class EventHistory(WindowOptions options)
{
    /// <summary>
    /// What is too much goes a slice of the window at a time: not with every write, and not so much that the writers, who wait
    /// until its rows are removed, notice it.
    /// </summary>
    const int Slices = 256;

    readonly Queue<(long Revision, long Timestamp)> marks = new();
    StoreEvent?[] ring = new StoreEvent?[1024];
    long first, next;
    long bytes;
    long lastMark = long.MinValue;

    /// <summary>Events up to and including this revision are gone.</summary>
    public long Compacted { get; private set; } = 1;

    /// <summary>All that happened up to this revision is here.</summary>
    public long Last { get; private set; } = 1;

    int Count => (int)(next - first);

    /// <summary>Begins an empty window after the revision.</summary>
    public void Begin(long compacted)
    {
        Array.Clear(ring);
        marks.Clear();
        (first, next, bytes, lastMark) = (0, 0, 0, long.MinValue);
        Compacted = Last = compacted;
    }

    /// <summary>Notes that nothing else happened up to the revision.</summary>
    public void Advance(long revision) => Last = Math.Max(Last, revision);

    public void Append(StoreEvent e)
    {
        if (e.Entry.Revision < Last) throw new InvalidOperationException($"revision {e.Entry.Revision} after {Last}");
        if (Count == ring.Length) Grow();
        ring[next++ & (ring.Length - 1)] = e;
        Last = e.Entry.Revision;
        bytes += e.Entry.Json.Length;
        var now = options.Time.GetTimestamp();
        // One mark for a slice of the window is exact enough, and costs nothing.
        if (lastMark != long.MinValue && options.Time.GetElapsedTime(lastMark, now) < options.HistoryAge / Slices) return;
        marks.Enqueue((Last, now));
        lastMark = now;
    }

    /// <summary>Up to which revision the window's limits ask to forget; <see cref="Compacted"/> when they ask nothing.</summary>
    public long Excess()
    {
        var to = Compacted;
        if (Count > options.HistoryEvents + options.HistoryEvents / Slices) to = At(next - options.HistoryEvents - 1).Entry.Revision;
        if (bytes > options.HistoryBytes) to = Math.Max(to, Cut());
        var now = options.Time.GetTimestamp();
        while (marks.TryPeek(out var mark) && options.Time.GetElapsedTime(mark.Timestamp, now) > options.HistoryAge)
        {
            marks.Dequeue();
            to = Math.Max(to, mark.Revision);
        }
        return to;
    }

    /// <summary>Copies the events of revisions greater than <paramref name="after"/>, oldest first.</summary>
    public StoreEvent[] After(long after) => Copy(Find(after), next);

    /// <summary>Copies the events of revisions up to and including <paramref name="revision"/>, oldest first.</summary>
    public StoreEvent[] UpTo(long revision) => Copy(first, Find(revision));

    public void Forget(long upTo)
    {
        for (; first < next && At(first).Entry.Revision <= upTo; first++)
        {
            bytes -= At(first).Entry.Json.Length;
            ring[first & (ring.Length - 1)] = null;
        }
        Compacted = Math.Max(Compacted, upTo);
    }

    StoreEvent At(long place) => ring[place & (ring.Length - 1)]!;

    /// <summary>The place of the first event after the revision.</summary>
    long Find(long after)
    {
        var (low, high) = (first, next);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (At(middle).Entry.Revision <= after) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    StoreEvent[] Copy(long from, long to)
    {
        var events = new StoreEvent[to - from];
        for (var i = 0; i < events.Length; i++) events[i] = At(from + i);
        return events;
    }

    /// <summary>The revision up to which events go so that a slice of the bytes allowed is free.</summary>
    long Cut()
    {
        var left = bytes;
        var place = first;
        while (place < next - 1 && left > options.HistoryBytes - options.HistoryBytes / Slices) left -= At(place++).Entry.Json.Length;
        return place == first ? Compacted : At(place - 1).Entry.Revision;
    }

    void Grow()
    {
        var larger = new StoreEvent?[ring.Length * 2];
        for (var place = first; place < next; place++) larger[place & (larger.Length - 1)] = At(place);
        ring = larger;
    }
}
