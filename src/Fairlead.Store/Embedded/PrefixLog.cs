namespace Fairlead.Store.Embedded;

/// <summary>
/// The events under one prefix, written once and read by all its watchers, each with a cursor of its own. It exists
/// while somebody watches the prefix. Appending and joining happen under the store's gate; reading needs no lock.
/// </summary>
sealed class PrefixLog(string prefix, int lag)
{
    readonly Queue<Segment> kept = new();
    readonly Lock gate = new();
    List<EmbeddedWatch> waiting = [];
    List<EmbeddedWatch> spare = [];
    Segment tail = new();

    public string Prefix => prefix;

    /// <summary>Watches that are open. Changed under the store's gate.</summary>
    public int Watchers { get; set; }

    /// <summary>Where a watcher that begins now reads on.</summary>
    public (Segment Segment, int Index) End => (tail, tail.Count);

    public void Append(StoreEvent e)
    {
        if (tail.IsFull)
        {
            kept.Enqueue(tail);
            var next = new Segment();
            tail.Next = next;
            tail = next;
            // Whoever still reads this old a segment holds nothing but it: what follows is unlinked.
            if (kept.Count > lag / Segment.Size) kept.Dequeue().Cut();
        }
        tail.Append(e);
    }

    /// <summary>Enters the watcher to be woken at the next event; false if there is something to read already.</summary>
    public bool Wait(EmbeddedWatch watch)
    {
        lock (gate)
        {
            if (watch.HasUnread) return false;
            waiting.Add(watch);
            return true;
        }
    }

    public void StopWaiting(EmbeddedWatch watch)
    {
        lock (gate) waiting.Remove(watch);
    }

    /// <summary>Wakes everyone who waits. One work item a commit, however many wait.</summary>
    public void Wake()
    {
        List<EmbeddedWatch> woken;
        lock (gate)
        {
            if (waiting.Count == 0) return;
            woken = waiting;
            waiting = spare;
            spare = [];
        }
        ThreadPool.UnsafeQueueUserWorkItem(static w => w.log.WakeAll(w.woken), (log: this, woken), preferLocal: false);
    }

    void WakeAll(List<EmbeddedWatch> woken)
    {
        foreach (var watch in woken) watch.Woken();
        woken.Clear();
        lock (gate) spare = woken;
    }

    /// <summary>A fixed run of events. The writer fills it from the left; readers see what <see cref="Count"/> covers.</summary>
    public sealed class Segment
    {
        public const int Size = 256;

        readonly StoreEvent[] events = new StoreEvent[Size];
        int count;
        Segment? next;
        bool cut;

        public int Count => Volatile.Read(ref count);

        public bool IsFull => count == Size;

        /// <summary>The reader was too slow: what follows is gone.</summary>
        public bool IsCut => Volatile.Read(ref cut);

        public Segment? Next
        {
            get => Volatile.Read(ref next);
            set => Volatile.Write(ref next, value);
        }

        public void Append(StoreEvent e)
        {
            events[count] = e;
            Volatile.Write(ref count, count + 1);
        }

        public void Cut()
        {
            Volatile.Write(ref cut, true);
            Next = null;
        }

        public ArraySegment<StoreEvent> From(int index) => new(events, index, Count - index);
    }
}
