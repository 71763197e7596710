namespace Fairlead.Store.Caching;

/// <summary>
/// The current state and a window of history in memory. One feeder publishes what was committed, in order of revision;
/// any number of readers take snapshots and watch.
/// </summary>
/// <remarks>
/// <code>
/// Publish ─┬─▶ Snapshot (immutable tree)  ◀── Range
///          └─▶ EventHistory, PrefixLogs   ◀── Watch: a cursor each
/// </code>
/// </remarks>
sealed class WatchCache
{
    readonly Lock gate = new();
    readonly WindowOptions options;
    readonly EventHistory history;
    readonly Dictionary<string, PrefixLog> logs = new(StringComparer.Ordinal);
    readonly Dictionary<string, PrefixLog>.AlternateLookup<ReadOnlySpan<char>> logOf;
    readonly HashSet<PrefixLog> touched = [];
    Snapshot now = new(default, 1);
    long delivered = 1;

    public WatchCache(WindowOptions options)
    {
        this.options = options;
        logOf = logs.GetAlternateLookup<ReadOnlySpan<char>>();
        history = new EventHistory(options);
    }

    public Snapshot Now => Volatile.Read(ref now);

    public long CompactedRevision { get { lock (gate) return history.Compacted; } }

    /// <summary>Events up to this revision are in the logs that watchers read.</summary>
    public long Delivered => Volatile.Read(ref delivered);

    /// <summary>
    /// Takes a state as it is, with the history that led to it from <paramref name="compacted"/> on. Watchers from before
    /// are given up: what happened between is not known.
    /// </summary>
    public void Begin(Snapshot snapshot, long compacted, IEnumerable<StoreEvent> events)
    {
        lock (gate)
        {
            history.Begin(compacted);
            foreach (var e in events) history.Append(e);
            history.Advance(snapshot.Revision);
            foreach (var log in logs.Values)
            {
                log.Cut();
                touched.Add(log);
            }
            Volatile.Write(ref now, snapshot);
            Volatile.Write(ref delivered, snapshot.Revision);
        }
        Wake();
    }

    /// <summary>As <see cref="IStore.RangeAsync"/>, of what has been published.</summary>
    public StoreRange Range(string prefix, string? after, int limit, long revision)
    {
        var snapshot = Now;
        if (revision > snapshot.Revision) throw new FutureRevisionException(revision, snapshot.Revision);
        if (revision != 0 && revision != snapshot.Revision) snapshot = Past(prefix, revision);
        return snapshot.Range(prefix, after, limit);
    }

    /// <summary>As <see cref="IStore.Watch"/>.</summary>
    public IStoreWatch Watch(string prefix, long after)
    {
        if (!prefix.EndsWith('/')) throw new ArgumentException("a watch's prefix ends with '/'", nameof(prefix));
        lock (gate)
        {
            if (after < history.Compacted) throw new CompactedException(after, history.Compacted);
            if (!logs.TryGetValue(prefix, out var log)) logs[prefix] = log = new PrefixLog(prefix, options.WatcherLag);
            log.Watchers++;
            var backlog = Array.FindAll(history.After(after), e => e.Entry.Key.StartsWith(prefix, StringComparison.Ordinal));
            return new CacheWatch(this, log, after, backlog);
        }
    }

    /// <summary>
    /// Up to which revision history can be forgotten, by the request and by the window's limits (0: nothing), and the
    /// events that go then.
    /// </summary>
    public (long UpTo, StoreEvent[] Events) Needless(long requested)
    {
        lock (gate)
        {
            var upTo = Math.Max(requested, history.Excess());
            return upTo <= history.Compacted ? (0, []) : (upTo, history.UpTo(upTo));
        }
    }

    /// <summary>Makes committed writes visible: to readers first, then to watchers. They are woken by <see cref="Wake"/>.</summary>
    public void Publish(Snapshot snapshot, IReadOnlyList<StoreEvent> events, long forgetUpTo)
    {
        lock (gate)
        {
            Volatile.Write(ref now, snapshot);
            foreach (var e in events)
            {
                history.Append(e);
                if (logs.Count > 0) Index(e);
            }
            history.Advance(snapshot.Revision);
            if (forgetUpTo > 0) history.Forget(forgetUpTo);
            Volatile.Write(ref delivered, snapshot.Revision);
        }
    }

    /// <summary>Forgets history up to and including the revision.</summary>
    public void Forget(long upTo)
    {
        lock (gate) history.Forget(upTo);
    }

    /// <summary>Wakes the watchers of what was published last. Called by the feeder only.</summary>
    public void Wake()
    {
        foreach (var log in touched) log.Wake();
        touched.Clear();
    }

    public void Leave(PrefixLog log)
    {
        lock (gate)
        {
            if (--log.Watchers == 0 && logs.GetValueOrDefault(log.Prefix) == log) logs.Remove(log.Prefix);
        }
    }

    /// <summary>Appends to the log of each prefix of the key that somebody watches.</summary>
    void Index(StoreEvent e)
    {
        var key = e.Entry.Key.AsSpan();
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] != '/' || !logOf.TryGetValue(key[..(i + 1)], out var log)) continue;
            log.Append(e);
            touched.Add(log);
        }
    }

    /// <summary>The state of then, from the state of now: later events under the prefix are taken back, newest first.</summary>
    Snapshot Past(string prefix, long revision)
    {
        StoreEvent[] later;
        EntryTree tree;
        lock (gate)
        {
            if (revision < history.Compacted) throw new CompactedException(revision, history.Compacted);
            tree = now.Tree;
            later = history.After(revision);
        }
        for (var i = later.Length - 1; i >= 0; i--)
        {
            var e = later[i];
            if (!e.Entry.Key.StartsWith(prefix, StringComparison.Ordinal)) continue;
            tree = e.Previous is { } previous ? tree.With(previous) : tree.Without(e.Entry.Key);
        }
        return new(tree, revision);
    }
}
