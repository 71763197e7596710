using Fairlead.Store.Caching;

namespace Fairlead.Store.Etcd;

/// <summary>
/// The store on etcd 3.4 or later, for a control plane of several servers. Revisions are etcd's. State and a window of
/// history are in memory as in the embedded store: a read asks etcd for no more than a revision, a watch for nothing.
/// </summary>
/// <remarks>
/// <code>
/// WriteAsync ─▶ one transaction ─▶ etcd ─▶ one watch ─▶ EtcdFeed ─▶ WatchCache ◀── RangeAsync, GetAsync, Watch
///                                    ▲                                                │
///                                    └── "which revision is it?" (EtcdProgress) ◀─────┘
/// </code>
/// </remarks>
public sealed class EtcdStore : IStore
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);

    // A watch that begins in the past gets its first events at etcd's next round, a tenth of a second later or more.
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50), StartPatience = TimeSpan.FromSeconds(1);

    readonly EtcdStoreOptions options;
    readonly EtcdKeys keys;
    readonly EtcdRevisions revisions = new();
    readonly EtcdValues values;
    readonly EtcdChannel channel;
    readonly WatchCache cache;
    readonly EtcdProgress progress;
    readonly EtcdFeed feed;
    readonly EtcdCompactor compactor;
    readonly CancellationTokenSource closing = new();
    Task running = Task.CompletedTask;
    int closed;

    EtcdStore(EtcdStoreOptions options)
    {
        this.options = options;
        keys = new(options.Prefix);
        values = new(options.Encryption, revisions);
        channel = new(options);
        cache = new(options);
        progress = new(channel, keys, cache, revisions, options);
        feed = new(channel, keys, values, revisions, cache, progress, new(channel, keys, values, revisions, options), options);
        compactor = new(channel, keys, options);
    }

    /// <summary>Connects and reads everything.</summary>
    /// <exception cref="StoreUnavailableException">No member can be reached, or it refuses: the message says which.</exception>
    public static async Task<EtcdStore> OpenAsync(EtcdStoreOptions options, CancellationToken cancellation)
    {
        if (options.Endpoints.Count == 0) throw new ArgumentException("etcd has no endpoints", nameof(options));
        var store = new EtcdStore(options);
        try
        {
            await store.StartAsync(cancellation).ConfigureAwait(false);
            return store;
        }
        catch (EtcdException e)
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw Explained(e);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public long Revision => cache.Now.Revision;

    public long CompactedRevision => cache.CompactedRevision;

    public async ValueTask<StoreEntry?> GetAsync(string key, CancellationToken cancellation)
    {
        try
        {
            // Its revision is enough: the value is in memory, or is about to be.
            var found = await RangeAsync(new RangeRequest { Key = keys.Of(key), KeysOnly = true }, cancellation).ConfigureAwait(false);
            if (found.Kvs.Count == 0) return null;
            var mod = found.Kvs[0].ModRevision;
            await progress.ReachWriteAsync(revisions.ToStore(mod), cancellation).ConfigureAwait(false);
            var entry = cache.Now.Tree.Find(key);
            if (entry is not null && revisions.ModOf(key, entry.Revision) == mod) return entry;
            // Changed again meanwhile. What was true at the time of the answer is no longer at hand; what is true now is.
            found = await RangeAsync(new RangeRequest { Key = keys.Of(key) }, cancellation).ConfigureAwait(false);
            return found.Kvs.Count == 0 ? null : values.Entry(key, found.Kvs[0]);
        }
        catch (EtcdException e) { throw Explained(e); }
    }

    public async ValueTask<StoreRange> RangeAsync(string prefix, string? after, int limit, long revision, CancellationToken cancellation)
    {
        try
        {
            if (revision == 0 || revision > cache.Now.Revision)
            {
                var current = await progress.CurrentAsync().WaitAsync(cancellation).ConfigureAwait(false);
                if (revision > current) throw new FutureRevisionException(revision, current);
                await progress.ReachAsync(revision == 0 ? current : revision, Patience, cancellation).ConfigureAwait(false);
            }
            return cache.Range(prefix, after, limit, revision);
        }
        catch (EtcdException e) { throw Explained(e); }
    }

    public async ValueTask<WriteResult> WriteAsync(StoreWrite write, CancellationToken cancellation)
    {
        if (write.Value is null && write.FinalValue is null) throw new ArgumentException("a delete needs a final value", nameof(write));
        cancellation.ThrowIfCancellationRequested();
        if (Volatile.Read(ref closed) != 0) throw new StoreUnavailableException("the store is closed", null);
        try
        {
            // Not cancelled once it is under way: it may have happened.
            var answer = await channel.CallAsync("KV/Txn", EtcdWrites.Request(write, keys, values, revisions), TxnResponse.Parser, repeatable: false, CancellationToken.None).ConfigureAwait(false);
            var key = EtcdWrites.Read(answer);
            if (!answer.Succeeded) return new(WriteOutcome.Refused, key is null ? null : values.Entry(write.Key, key));
            return new(WriteOutcome.Done, await WrittenAsync(write, revisions.ToStore(answer.Header.Revision), revisions.ToStore(key?.CreateRevision ?? answer.Header.Revision)).ConfigureAwait(false));
        }
        catch (EtcdException e) { throw Explained(e); }
        catch (HttpRequestException e) { throw new StoreUnavailableException($"the connection to etcd broke; the write may have happened: {e.Message}", e) { IsTimeout = true }; }
    }

    public IStoreWatch Watch(string prefix, long after) => cache.Watch(prefix, after);

    public async ValueTask CompactAsync(long revision, CancellationToken cancellation)
    {
        try
        {
            var upTo = Math.Min(revision, await progress.CurrentAsync().WaitAsync(cancellation).ConfigureAwait(false));
            await compactor.CompactAsync(revisions.ToEtcd(upTo), cancellation).ConfigureAwait(false);
            await progress.ReachAsync(upTo, Patience, cancellation).ConfigureAwait(false);
            cache.Forget(upTo);
        }
        catch (EtcdException e) { throw Explained(e); }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return;
        await closing.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        channel.Dispose();
        closing.Dispose();
    }

    async Task StartAsync(CancellationToken cancellation)
    {
        var began = options.Time.GetTimestamp();
        while (true)
        {
            try
            {
                var current = await feed.LoadAsync(cancellation).ConfigureAwait(false);
                var feeding = feed.RunAsync(closing.Token);
                running = Task.WhenAll(feeding, options.CompactionInterval > TimeSpan.Zero ? compactor.RunAsync(closing.Token) : Task.CompletedTask);
                var reached = progress.ReachAsync(current, StartPatience, cancellation).AsTask();
                await await Task.WhenAny(reached, feeding).ConfigureAwait(false);
                feed.IsStarted = true;
                return;
            }
            catch (StoreUnavailableException e) when (e.IsTimeout && options.Time.GetElapsedTime(began) < options.StartTimeout && running.IsCompleted)
            {
                // A member that has just begun answers when it has found the others.
                await Task.Delay(RetryAfter, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The written version, once this server's own readers and watchers have it; or without them if they are held up.</summary>
    async ValueTask<StoreEntry> WrittenAsync(StoreWrite write, long revision, long created)
    {
        try { await progress.ReachWriteAsync(revision, CancellationToken.None).ConfigureAwait(false); }
        catch (StoreUnavailableException) { } // It is durable all the same.
        if (write.Value is not null && cache.Now.Tree.Find(write.Key) is { } entry && entry.Revision == revision) return entry;
        return new StoreEntry(write.Key, revision, created, (write.Value ?? write.FinalValue!.Value).Stamped(revision));
    }

    Task<RangeResponse> RangeAsync(RangeRequest request, CancellationToken cancellation) =>
        channel.CallAsync("KV/Range", request, RangeResponse.Parser, repeatable: true, cancellation);

    static StoreUnavailableException Explained(EtcdException e) => e.Code switch
    {
        EtcdException.Unavailable or EtcdException.DeadlineExceeded => new($"etcd can't serve: {e.Message}", e) { IsTimeout = true },
        _ => new($"etcd refuses: {e.Message}", e),
    };
}
