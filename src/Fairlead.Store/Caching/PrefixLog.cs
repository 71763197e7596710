using System.Diagnostics;

namespace Fairlead.Store.Caching;

/// <summary>
/// The events under one prefix, written once and read by all its watchers, each with a cursor of its own. It exists
/// while somebody watches the prefix. Appending and joining happen under the cache's gate; reading needs no lock.
/// </summary>
sealed class PrefixLog(string prefix, int lag) : IThreadPoolWorkItem
{
    /// <summary>Watchers woken between two turns of everything else.</summary>
    const int Step = 16;

    /// <summary>
    /// A round begins no sooner than so long after the one before, for each watcher that it wakes: to wake one costs more than
    /// an event does, and where there are more events than rounds, each watcher gets several at once.
    /// </summary>
    static readonly TimeSpan RestPerWatcher = TimeSpan.FromMicroseconds(8);

    readonly Queue<Segment> kept = new();
    readonly Lock gate = new();
    List<CacheWatch> waiting = [];
    List<CacheWatch> round = [];
    int woken;
    bool waking;
    long began;
    Timer? rest;
    Segment tail = new();

    public string Prefix => prefix;

    /// <summary>Watches that are open. Changed under the cache's gate.</summary>
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

    /// <summary>Gives up everyone who reads this log now; who joins from here on begins anew. Under the cache's gate.</summary>
    public void Cut()
    {
        while (kept.TryDequeue(out var segment)) segment.Cut();
        var old = tail;
        tail = new Segment();
        old.Cut();
    }

    /// <summary>Enters the watcher to be woken at the next event; false if there is something to read already.</summary>
    public bool Wait(CacheWatch watch)
    {
        lock (gate)
        {
            if (watch.HasUnread) return false;
            waiting.Add(watch);
            return true;
        }
    }

    public void StopWaiting(CacheWatch watch)
    {
        lock (gate) waiting.Remove(watch);
    }

    /// <summary>
    /// Wakes everyone who waits, a few at a time. What happens while a round is under way reaches the watchers of that
    /// round in the next one, together: the more watchers, the fewer and fuller their wake-ups.
    /// </summary>
    public void Wake()
    {
        lock (gate)
        {
            if (waking || waiting.Count == 0) return;
            waking = true;
            (waiting, round) = (round, waiting);
            woken = 0;
        }
        Begin();
    }

    /// <summary>A round that stands ready, at once or after its rest.</summary>
    void Begin()
    {
        // Timers know whole milliseconds: what is shorter is no rest.
        var resting = (int)(round.Count * RestPerWatcher - Stopwatch.GetElapsedTime(began)).TotalMilliseconds;
        if (resting < 1)
        {
            Rested();
            return;
        }
        rest ??= new Timer(static log => ((PrefixLog)log!).Rested(), this, Timeout.Infinite, Timeout.Infinite);
        rest.Change(resting, Timeout.Infinite);
    }

    void Rested()
    {
        began = Stopwatch.GetTimestamp();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>
    /// One step of a round. Whoever was woken goes into this thread's own queue, the next step to the end of the common
    /// one: between two steps the requests that wait there have their turn, however many watchers there are.
    /// </summary>
    void IThreadPoolWorkItem.Execute()
    {
        for (var step = 0; step < Step && woken < round.Count; step++) round[woken++].Woken();
        if (woken == round.Count)
        {
            lock (gate)
            {
                round.Clear();
                woken = 0;
                // Someone may have been told "nothing to read" before, and "a round is under way" was the writer's answer.
                if (!waiting.Exists(static w => w.HasUnread))
                {
                    waking = false;
                    return;
                }
                (waiting, round) = (round, waiting);
            }
            Begin();
            return;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
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
