using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>
/// Keeps a view up to date with the store: reads what there is, then follows the changes, one loop a prefix under one
/// lock. Knows up to which revision the view has come, so that a write can be answered when the view shows it.
/// </summary>
public sealed class StoreFollower : IAsyncDisposable
{
    static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(200);

    readonly IStore store;
    readonly IStoreView view;
    readonly Action<string> log;
    readonly CancellationTokenSource stop = new();
    readonly Lock gate = new();
    readonly long[] reached;
    readonly List<(int Prefix, long Revision, TaskCompletionSource Done)> waiters = [];
    Task following = Task.CompletedTask;
    int disposed;

    public StoreFollower(IStore store, IStoreView view, Action<string> log)
    {
        (this.store, this.view, this.log) = (store, view, log);
        reached = new long[view.Prefixes.Count];
    }

    /// <summary>Reads what there is; when it returns the view is complete and is being kept so.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var starts = new long[reached.Length];
        for (var i = 0; i < starts.Length; i++) starts[i] = await LoadAsync(i, cancellation).ConfigureAwait(false);
        following = Task.WhenAll(starts.Select((from, i) => Task.Run(() => RunAsync(i, from))));
    }

    /// <summary>True if the view is computed from the key.</summary>
    public bool Follows(string key)
    {
        for (var i = 0; i < reached.Length; i++)
        {
            if (key.StartsWith(view.Prefixes[i], StringComparison.Ordinal)) return true;
        }
        return false;
    }

    /// <summary>Waits until the view shows the write of the key at the revision; at once for keys that it is not computed from.</summary>
    public Task ShowsAsync(string key, long revision)
    {
        for (var i = 0; i < reached.Length; i++)
        {
            if (!key.StartsWith(view.Prefixes[i], StringComparison.Ordinal)) continue;
            lock (gate)
            {
                if (reached[i] >= revision || following.IsCompleted) return Task.CompletedTask;
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiters.Add((i, revision, done));
                return done.Task;
            }
        }
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await stop.CancelAsync().ConfigureAwait(false);
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate) foreach (var waiter in waiters) waiter.Done.TrySetResult();
        stop.Dispose();
    }

    async Task RunAsync(int prefix, long from)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var watch = store.Watch(view.Prefixes[prefix], from);
                while (true)
                {
                    var events = await watch.NextAsync(stop.Token).ConfigureAwait(false);
                    Apply(prefix, events);
                    from = events[^1].Entry.Revision;
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested) { return; }
            catch (Exception lost)
            {
                // Of whatever kind: a view that stops would let yesterday's rules decide.
                log($"what follows {view.Prefixes[prefix]} begins anew: {lost.Message}");
                from = await ReloadAsync(prefix, from).ConfigureAwait(false);
            }
        }
    }

    async Task<long> ReloadAsync(int prefix, long from)
    {
        try
        {
            // All of them: a view cannot forget the objects of one prefix alone.
            lock (gate) view.Reset();
            for (var i = 0; i < reached.Length; i++)
            {
                var revision = await LoadAsync(i, stop.Token).ConfigureAwait(false);
                if (i == prefix) from = revision;
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            log($"{view.Prefixes[prefix]} can't be read: {e.Message}");
            await Task.Delay(Retry, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException) { }
        return from;
    }

    async Task<long> LoadAsync(int prefix, CancellationToken cancellation)
    {
        var range = await store.RangeAsync(view.Prefixes[prefix], null, 0, 0, cancellation).ConfigureAwait(false);
        lock (gate)
        {
            foreach (var entry in range.Entries) view.Put(entry);
            Published(prefix, range.Revision);
        }
        return range.Revision;
    }

    void Apply(int prefix, IReadOnlyList<StoreEvent> events)
    {
        lock (gate)
        {
            foreach (var e in events)
            {
                if (e.Type == StoreEventType.Deleted) view.Remove(e.Entry.Key);
                else view.Put(e.Entry);
            }
            Published(prefix, events[^1].Entry.Revision);
        }
    }

    void Published(int prefix, long revision)
    {
        view.Publish();
        reached[prefix] = Math.Max(reached[prefix], revision);
        for (var i = waiters.Count - 1; i >= 0; i--)
        {
            if (waiters[i].Prefix != prefix || waiters[i].Revision > revision) continue;
            waiters[i].Done.TrySetResult();
            waiters.RemoveAt(i);
        }
    }
}
