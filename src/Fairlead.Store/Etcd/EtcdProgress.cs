using Fairlead.Store.Caching;

namespace Fairlead.Store.Etcd;

/// <summary>
/// Answers two questions that make reads from memory linearizable: which revision is etcd at now, and has the memory
/// got there. (Upstream: KEP-2340, consistent reads from cache.)
/// </summary>
/// <remarks>
/// The memory gets to a revision by an event. If others write to the same etcd there may be none, so that after a moment
/// one is made by a write of our own. etcd's progress requests would do without a write, but before 3.4.25 they are
/// answered ahead of events that are still to come (etcd issue 15220), and such versions are in use.
/// </remarks>
sealed class EtcdProgress(EtcdChannel channel, EtcdKeys keys, WatchCache cache, EtcdRevisions revisions, EtcdStoreOptions options)
{
    readonly Lock gate = new();
    readonly PriorityQueue<TaskCompletionSource, long> waiting = new();
    Task<long> asking = Task.FromResult(0L);
    Task<long>? next;
    Task poking = Task.CompletedTask;

    /// <summary>
    /// etcd's revision at some moment after the call. Callers that come while a question is under way share the next one:
    /// an answer to a question from before may be too old for them.
    /// </summary>
    public Task<long> CurrentAsync()
    {
        lock (gate) return next ??= AskAsync(asking);
    }

    /// <summary>Waits until the memory holds everything up to a revision that is etcd's, but perhaps of a write of others.</summary>
    /// <param name="patience">How long to wait before a write of our own makes an event.</param>
    /// <exception cref="StoreUnavailableException">It did not get there in time.</exception>
    public async ValueTask ReachAsync(long revision, TimeSpan patience, CancellationToken cancellation)
    {
        if (Wait(revision) is not { } reached) return;
        try { await reached.WaitAsync(patience, cancellation).ConfigureAwait(false); }
        catch (TimeoutException)
        {
            Poke();
            await WaitAsync(reached, revision, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the memory holds a write of which it is known that its event will come.</summary>
    /// <exception cref="StoreUnavailableException">It did not come in time.</exception>
    public ValueTask ReachWriteAsync(long revision, CancellationToken cancellation) =>
        Wait(revision) is { } reached ? WaitAsync(reached, revision, cancellation) : default;

    async ValueTask WaitAsync(Task reached, long revision, CancellationToken cancellation)
    {
        try { await reached.WaitAsync(options.RequestTimeout, cancellation).ConfigureAwait(false); }
        catch (TimeoutException e)
        {
            throw new StoreUnavailableException($"changes from etcd do not arrive: revision {revision} is asked for, {cache.Now.Revision} is here", e) { IsTimeout = true };
        }
    }

    /// <summary>Told by the feed after it has published.</summary>
    public void Reached()
    {
        lock (gate)
        {
            var revision = cache.Now.Revision;
            while (waiting.TryPeek(out var one, out var wanted) && wanted <= revision)
            {
                waiting.Dequeue();
                one.TrySetResult();
            }
        }
    }

    Task? Wait(long revision)
    {
        if (cache.Now.Revision >= revision) return null;
        lock (gate)
        {
            if (cache.Now.Revision >= revision) return null;
            var one = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(one, revision);
            return one.Task;
        }
    }

    async Task<long> AskAsync(Task before)
    {
        // Not before the caller has left the gate.
        await Task.Yield();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task<long> mine;
        lock (gate)
        {
            mine = OneAsync();
            (asking, next) = (mine, null);
        }
        return await mine.ConfigureAwait(false);
    }

    async Task<long> OneAsync()
    {
        var answer = await channel.CallAsync("KV/Range", new RangeRequest { Key = keys.Now, CountOnly = true }, RangeResponse.Parser, repeatable: true, CancellationToken.None).ConfigureAwait(false);
        return revisions.ToStore(answer.Header.Revision);
    }

    void Poke()
    {
        lock (gate)
        {
            if (poking.IsCompleted) poking = channel.CallAsync("KV/Put", new PutRequest { Key = keys.Now }, PutResponse.Parser, repeatable: true, CancellationToken.None);
        }
        // Whoever waits for the revision has a bound of his own, and reports.
        _ = poking.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
