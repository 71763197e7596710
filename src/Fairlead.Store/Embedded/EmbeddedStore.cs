using Fairlead.Store.Caching;

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
///                            └─▶ WatchCache  ◀── GetAsync, RangeAsync, Watch
/// </code>
/// </remarks>
public sealed class EmbeddedStore : IStore
{
    readonly WatchCache cache;
    readonly VersionTable table;
    readonly CommitLoop commits;
    int closed;

    EmbeddedStore(EmbeddedStoreOptions options)
    {
        cache = new WatchCache(options);
        table = new VersionTable(options);
        try
        {
            new StoreLoader(table, options.Path).Load(cache);
        }
        catch
        {
            table.Dispose();
            throw;
        }
        commits = new CommitLoop(cache, table, options);
    }

    /// <summary>Opens the file, making it if it is not there, and reads it all.</summary>
    /// <exception cref="StoreUnavailableException">No access, damaged, or open in another process: the message says which.</exception>
    public static EmbeddedStore Open(EmbeddedStoreOptions options) => new(options);

    public long Revision => cache.Now.Revision;

    public long CompactedRevision => cache.CompactedRevision;

    public ValueTask<StoreEntry?> GetAsync(string key, CancellationToken cancellation) => new(cache.Now.Tree.Find(key));

    public ValueTask<StoreRange> RangeAsync(string prefix, string? after, int limit, long revision, CancellationToken cancellation) =>
        new(cache.Range(prefix, after, limit, revision));

    public ValueTask<WriteResult> WriteAsync(StoreWrite write, CancellationToken cancellation)
    {
        if (write.Value is null && write.FinalValue is null) throw new ArgumentException("a delete needs a final value", nameof(write));
        cancellation.ThrowIfCancellationRequested();
        return commits.WriteAsync(new(write, 0), cancellation);
    }

    public IStoreWatch Watch(string prefix, long after) => cache.Watch(prefix, after);

    public async ValueTask CompactAsync(long revision, CancellationToken cancellation) =>
        await commits.WriteAsync(new(null, revision), cancellation).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return;
        await commits.StopAsync().ConfigureAwait(false);
        table.Dispose();
    }
}
