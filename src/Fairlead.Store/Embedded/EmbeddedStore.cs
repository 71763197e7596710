namespace Fairlead.Store.Embedded;

/// <summary>
/// The store on the machine's SQLite. A write that was acknowledged survives the process's death and power loss.
/// The current state and a window of history are in memory: reads and watches never touch the disk. One process at a
/// time.
/// </summary>
/// <remarks>
/// <code>
/// WriteAsync ─▶ queue ─▶ CommitLoop ─▶ VersionTable (one fsync a group)
///                            │
///                            ├─▶ Snapshot (immutable tree)  ◀── GetAsync, RangeAsync
///                            └─▶ EventHistory, PrefixLogs   ◀── Watch: a cursor each
/// </code>
/// </remarks>
public sealed class EmbeddedStore : IStore
{
    readonly Lock gate = new();
    readonly EventHistory history;
    readonly Dictionary<string, PrefixLog> logs = new(StringComparer.Ordinal);
    readonly Dictionary<string, PrefixLog>.AlternateLookup<ReadOnlySpan<char>> logOf;
    readonly HashSet<PrefixLog> touched = [];
    readonly EmbeddedStoreOptions options;
    readonly VersionTable table;
    readonly CommitLoop commits;
    Snapshot now;
    long delivered;
    int closed;

    EmbeddedStore(EmbeddedStoreOptions options)
    {
        this.options = options;
        logOf = logs.GetAlternateLookup<ReadOnlySpan<char>>();
        history = new EventHistory(options);
        table = new VersionTable(options.Path, options.MostPages);
        try
        {
            now = new StoreLoader(table, history, options.Path).Load();
        }
        catch
        {
            table.Dispose();
            throw;
        }
        delivered = now.Revision;
        commits = new CommitLoop(this, table, options);
    }

    /// <summary>Opens the file, making it if it is not there, and reads it all.</summary>
    /// <exception cref="StoreUnavailableException">No access, damaged, or open in another process: the message says which.</exception>
    public static EmbeddedStore Open(EmbeddedStoreOptions options) => new(options);

    public long Revision => Now.Revision;

    public long CompactedRevision { get { lock (gate) return history.Compacted; } }

    internal Snapshot Now => Volatile.Read(ref now);

    /// <summary>Events up to this revision are in the logs that watchers read.</summary>
    internal long Delivered => Volatile.Read(ref delivered);

    public ValueTask<StoreEntry?> GetAsync(string key, CancellationToken cancellation) => new(Now.Tree.Find(key));

    public ValueTask<StoreRange> RangeAsync(string prefix, string? after, int limit, long revision, CancellationToken cancellation)
    {
        var snapshot = Now;
        if (revision > snapshot.Revision) throw new FutureRevisionException(revision, snapshot.Revision);
        if (revision != 0 && revision != snapshot.Revision) snapshot = Past(prefix, revision);
        return new(snapshot.Range(prefix, after, limit));
    }

    public ValueTask<WriteResult> WriteAsync(StoreWrite write, CancellationToken cancellation)
    {
        if (write.Value is null && write.FinalValue is null) throw new ArgumentException("a delete needs a final value", nameof(write));
        cancellation.ThrowIfCancellationRequested();
        return commits.WriteAsync(new(write, 0), cancellation);
    }

    public IStoreWatch Watch(string prefix, long after)
    {
        if (!prefix.EndsWith('/')) throw new ArgumentException("a watch's prefix ends with '/'", nameof(prefix));
        lock (gate)
        {
            if (after < history.Compacted) throw new CompactedException(after, history.Compacted);
            if (!logs.TryGetValue(prefix, out var log)) logs[prefix] = log = new PrefixLog(prefix, options.WatcherLag);
            log.Watchers++;
            var backlog = Array.FindAll(history.After(after), e => e.Entry.Key.StartsWith(prefix, StringComparison.Ordinal));
            return new EmbeddedWatch(this, log, after, backlog);
        }
    }

    public async ValueTask CompactAsync(long revision, CancellationToken cancellation) =>
        await commits.WriteAsync(new(null, revision), cancellation).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return;
        await commits.StopAsync().ConfigureAwait(false);
        table.Dispose();
    }

    /// <summary>
    /// What can be forgotten, by the request and by the window's limits: up to which revision (0: nothing), and the
    /// rows that nobody needs then: what was overwritten or deleted, and the deletions themselves.
    /// </summary>
    internal (long UpTo, List<long> Rows) Needless(long requested)
    {
        lock (gate)
        {
            var upTo = Math.Max(requested, history.Excess());
            if (upTo <= history.Compacted) return (0, []);
            var rows = new List<long>();
            for (var r = history.Compacted + 1; r <= upTo; r++)
            {
                var e = history[r];
                if (e.Previous is { } previous) rows.Add(previous.Revision);
                if (e.Type == StoreEventType.Deleted) rows.Add(r);
            }
            return (upTo, rows);
        }
    }

    /// <summary>Makes committed writes visible: to readers first, then to watchers.</summary>
    internal void Publish(Snapshot snapshot, List<StoreEvent> events, long forgetUpTo)
    {
        lock (gate)
        {
            Volatile.Write(ref now, snapshot);
            foreach (var e in events)
            {
                history.Append(e);
                if (logs.Count > 0) Index(e);
            }
            if (forgetUpTo > 0) history.Forget(forgetUpTo);
            Volatile.Write(ref delivered, snapshot.Revision);
        }
    }

    /// <summary>Wakes the watchers of what was published last. Called by the commit loop only.</summary>
    internal void Wake()
    {
        foreach (var log in touched) log.Wake();
        touched.Clear();
    }

    internal void Leave(PrefixLog log)
    {
        lock (gate)
        {
            if (--log.Watchers == 0) logs.Remove(log.Prefix);
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
