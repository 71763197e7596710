namespace Fairlead.Store.Memory;

/// <summary>One reader of the in-memory store's events; its queue is bounded.</summary>
sealed class InMemoryWatch(string prefix, long after, int limit, Action<InMemoryWatch> forget) : IStoreWatch
{
    readonly Lock gate = new();
    readonly long begin = after;
    List<StoreEvent> ready = [];
    TaskCompletionSource? waiting;
    bool overrun;
    bool interrupted;
    long reached = after;
    long returned = after;

    public long ProgressRevision => Volatile.Read(ref returned);

    public void Offer(StoreEvent e)
    {
        if (e.Entry.Revision <= begin || !e.Entry.Key.StartsWith(prefix, StringComparison.Ordinal)) return;
        lock (gate)
        {
            if (ready.Count >= limit) overrun = true;
            else ready.Add(e);
            waiting?.TrySetResult();
        }
    }

    /// <summary>Everything up to the revision has been offered.</summary>
    public void Reached(long revision)
    {
        lock (gate)
        {
            reached = revision;
            if (ready.Count == 0) returned = revision;
        }
    }

    public async ValueTask<IReadOnlyList<StoreEvent>> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (overrun) throw new SlowWatcherException(prefix);
                if (ready.Count > 0)
                {
                    var taken = ready;
                    ready = [];
                    returned = reached;
                    return taken;
                }
                if (interrupted)
                {
                    interrupted = false;
                    return [];
                }
                waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = waiting.Task;
            }
            await wait.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public void Interrupt()
    {
        lock (gate)
        {
            interrupted = true;
            waiting?.TrySetResult();
        }
    }

    public void Dispose() => forget(this);
}
