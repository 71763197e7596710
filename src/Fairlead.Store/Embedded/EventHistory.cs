namespace Fairlead.Store.Embedded;

/// <summary>
/// The window of events that is kept, one for every revision without a hole. Guarded by the store's gate.
/// </summary>
sealed class EventHistory(EmbeddedStoreOptions options)
{
    readonly Queue<(long Revision, long Timestamp)> marks = new();
    StoreEvent?[] ring = new StoreEvent?[1024];
    long bytes;
    long lastMark = long.MinValue;

    /// <summary>Events up to and including this revision are gone.</summary>
    public long Compacted { get; private set; } = 1;

    public long Last { get; private set; } = 1;

    int Count => (int)(Last - Compacted);

    public StoreEvent this[long revision] => ring[revision & (ring.Length - 1)]!;

    /// <summary>Begins an empty window after the revision.</summary>
    public void Begin(long compacted) => Compacted = Last = compacted;

    public void Append(StoreEvent e)
    {
        if (e.Entry.Revision != Last + 1) throw new InvalidOperationException($"revision {e.Entry.Revision} after {Last}");
        if (Count == ring.Length) Grow();
        Last++;
        ring[Last & (ring.Length - 1)] = e;
        bytes += e.Entry.Json.Length;
        var now = options.Time.GetTimestamp();
        // One mark for a thirty-second of the window is exact enough, and costs nothing.
        if (lastMark != long.MinValue && options.Time.GetElapsedTime(lastMark, now) < options.HistoryAge / 32) return;
        marks.Enqueue((Last, now));
        lastMark = now;
    }

    /// <summary>Up to which revision the window's limits ask to forget; <see cref="Compacted"/> when they ask nothing.</summary>
    public long Excess()
    {
        var to = Compacted;
        // A tenth more than asked is let grow before it is cut, so that the cut is rare.
        if (Count > options.HistoryEvents + options.HistoryEvents / 10) to = Last - options.HistoryEvents;
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
    public StoreEvent[] After(long after)
    {
        var events = new StoreEvent[Math.Max(0, Last - after)];
        for (var i = 0; i < events.Length; i++) events[i] = this[after + 1 + i];
        return events;
    }

    public void Forget(long upTo)
    {
        for (var r = Compacted + 1; r <= upTo; r++)
        {
            bytes -= this[r].Entry.Json.Length;
            ring[r & (ring.Length - 1)] = null;
        }
        Compacted = upTo;
    }

    /// <summary>The revision up to which events go so that nine tenths of the bytes allowed are left.</summary>
    long Cut()
    {
        var left = bytes;
        var r = Compacted;
        while (r < Last && left > options.HistoryBytes * 9 / 10) left -= this[++r].Entry.Json.Length;
        return r;
    }

    void Grow()
    {
        var larger = new StoreEvent?[ring.Length * 2];
        for (var r = Compacted + 1; r <= Last; r++) larger[r & (larger.Length - 1)] = this[r];
        ring = larger;
    }
}
