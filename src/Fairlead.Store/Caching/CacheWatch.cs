using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Fairlead.Store.Caching;

/// <summary>
/// A cursor over a <see cref="PrefixLog"/>, after a backlog of what had happened before it began. What it returns are
/// views of the shared log: nothing is copied for a watcher.
/// </summary>
sealed class CacheWatch : IStoreWatch, IValueTaskSource
{
    readonly WatchCache cache;
    readonly PrefixLog log;
    readonly long after;
    ArraySegment<StoreEvent> backlog;
    PrefixLog.Segment segment;
    int index;
    long returned;
    ManualResetValueTaskSourceCore<bool> wake = new() { RunContinuationsAsynchronously = true };
    CancellationTokenRegistration cancelling;
    CancellationToken cancellable;
    int armed;
    int disposed;
    int interrupted;

    /// <summary>Made under the cache's gate, so that backlog and log meet without a hole.</summary>
    public CacheWatch(WatchCache cache, PrefixLog log, long after, ArraySegment<StoreEvent> backlog)
    {
        (this.cache, this.log, this.after, this.backlog) = (cache, log, after, backlog);
        (segment, index) = log.End;
        returned = after;
    }

    public PrefixLog Log => log;

    public bool HasUnread => backlog.Count > 0 || index < segment.Count || segment.Next is not null || segment.IsCut;

    public long ProgressRevision
    {
        get
        {
            // In this order: every event up to that revision was in the log before the number was set.
            var delivered = cache.Delivered;
            if (!HasUnread && delivered > returned) returned = delivered;
            return returned;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IReadOnlyList<StoreEvent>> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
            var ready = Take();
            if (ready.Count > 0)
            {
                returned = ready[^1].Entry.Revision;
                return ready;
            }
            if (Interlocked.Exchange(ref interrupted, 0) == 1) return [];
            await WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    ArraySegment<StoreEvent> Take()
    {
        if (backlog.Count > 0)
        {
            var old = backlog;
            backlog = default;
            return old;
        }
        while (true)
        {
            if (segment.IsCut) throw new SlowWatcherException(log.Prefix);
            var ready = segment.From(index);
            index += ready.Count;
            if (ready.Count > 0)
            {
                // A watch may begin at a revision that is still to come.
                while (ready.Count > 0 && ready[0].Entry.Revision <= after) ready = ready[1..];
                if (ready.Count > 0) return ready;
            }
            if (index < PrefixLog.Segment.Size || segment.Next is not { } next) return default;
            (segment, index) = (next, 0);
        }
    }

    ValueTask WaitAsync(CancellationToken cancellation)
    {
        wake.Reset();
        Volatile.Write(ref armed, 1);
        if (cancellable != cancellation)
        {
            // Readers pass the same token again and again: registering once spares the cost at every event.
            cancelling.Dispose();
            cancellable = cancellation;
            cancelling = cancellation.UnsafeRegister(static w => ((CacheWatch)w!).Woken(), this);
        }
        if (!log.Wait(this) || cancellation.IsCancellationRequested || Volatile.Read(ref disposed) != 0 || Volatile.Read(ref interrupted) != 0) Woken();
        return new ValueTask(this, wake.Version);
    }

    public void Interrupt()
    {
        Volatile.Write(ref interrupted, 1);
        Woken();
    }

    /// <summary>Ends the wait, if there is one; the reader then sees for itself why.</summary>
    public void Woken()
    {
        if (Interlocked.Exchange(ref armed, 0) == 1) wake.SetResult(true);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        cancelling.Dispose();
        log.StopWaiting(this);
        cache.Leave(log);
        Woken();
    }

    void IValueTaskSource.GetResult(short token) => wake.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => wake.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        wake.OnCompleted(continuation, state, token, flags);
}
