using Fairlead.Store.Caching;
using Google.Protobuf;

namespace Fairlead.Store.Etcd;

/// <summary>
/// Keeps the memory at etcd's state by one watch over all keys. A watch that breaks goes on where it was, at the next
/// member; if etcd no longer has what is missing, or is another one, everything is read anew and watchers are given up.
/// </summary>
sealed class EtcdFeed(EtcdChannel channel, EtcdKeys keys, EtcdValues values, EtcdRevisions revisions, WatchCache cache, EtcdProgress progress, EtcdLoader loader, EtcdStoreOptions options)
{
    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50), LongestWait = TimeSpan.FromSeconds(2);

    readonly List<StoreEvent> events = [];
    ulong cluster;
    (long Revision, ByteString Value) final;

    /// <summary>Before: a value that can't be read ends the feed. Afterwards it is as if it were not there.</summary>
    public bool IsStarted { get; set; }

    /// <summary>Reads the state and begins the memory with it; returns etcd's revision, which the watch has to reach yet.</summary>
    public async Task<long> LoadAsync(CancellationToken cancellation)
    {
        var (snapshot, current) = await loader.LoadAsync(cancellation).ConfigureAwait(false);
        cluster = 0;
        cache.Begin(snapshot, snapshot.Revision, []);
        progress.Reached();
        return current;
    }

    /// <summary>Follows until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var wait = FirstWait;
        var (broken, lost) = (false, false);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (lost) await LoadAsync(cancellation).ConfigureAwait(false);
                lost = false;
                await FollowAsync(() =>
                {
                    if (broken) options.Log($"etcd's changes arrive again, from {channel.Endpoint}, at revision {cache.Now.Revision}");
                    (broken, wait) = (false, FirstWait);
                }, cancellation).ConfigureAwait(false);
            }
            catch (HistoryLostException e)
            {
                lost = true;
                options.Log($"{e.Message}: everything is read anew");
                continue;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested) { return; }
            catch (StoreUnavailableException e) when (!IsStarted && !e.IsTimeout) { throw; }
            catch (Exception e)
            {
                if (!broken) options.Log($"no changes arrive from etcd at {channel.Endpoint}, trying again: {e.Message}");
                broken = true;
                channel.Next();
            }
            await Task.Delay(wait, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    async Task FollowAsync(Action created, CancellationToken cancellation)
    {
        var request = new WatchCreateRequest { Key = keys.RangeStart, RangeEnd = keys.RangeEnd, StartRevision = revisions.ToEtcd(cache.Now.Revision) + 1, ProgressNotify = true };
        await foreach (var answer in channel.WatchAsync(request, cancellation).ConfigureAwait(false))
        {
            if (answer.CompactRevision > 0) throw new HistoryLostException($"etcd has compacted up to revision {revisions.ToStore(answer.CompactRevision)}, {cache.Now.Revision} is here");
            if (answer.Canceled) throw new EtcdException(EtcdException.Unavailable, answer.CancelReason);
            CheckSame(answer.Header);
            if (answer.Created) created();
            else Apply(answer);
        }
        throw new EtcdException(EtcdException.Unavailable, "the watch was ended");
    }

    /// <summary>An etcd that was restored from a backup, or another behind the same address, would leave us waiting for ever.</summary>
    void CheckSame(ResponseHeader header)
    {
        if (cluster != 0 && header.ClusterId != cluster) throw new HistoryLostException("this is another etcd cluster");
        var now = revisions.ToStore(header.Revision);
        if (now < cache.Now.Revision) throw new HistoryLostException($"etcd went back to revision {now} from {cache.Now.Revision}");
        cluster = header.ClusterId;
    }

    void Apply(WatchResponse answer)
    {
        events.Clear();
        var tree = cache.Now.Tree;
        var revision = cache.Now.Revision;
        foreach (var e in answer.Events)
        {
            if (e.Kv.Key == keys.Final)
            {
                // The deletion follows with the same revision; it may come with the next answer.
                final = (e.Kv.ModRevision, e.Kv.Value);
                continue;
            }
            revision = revisions.ToStore(e.Kv.ModRevision);
            if (keys.KeyOf(e.Kv.Key) is not { } key) continue;
            if (Change(e, key, tree.Find(key)) is not { } change) continue;
            events.Add(change);
            tree = change.Type == StoreEventType.Deleted ? tree.Without(key) : tree.With(change.Entry);
        }
        // Without events: nothing is missing up to there.
        if (answer.Events.Count == 0) revision = revisions.ToStore(answer.Header.Revision);
        cache.Publish(new(tree, revision), events, cache.Needless(0).UpTo);
        progress.Reached();
        cache.Wake();
    }

    StoreEvent? Change(Event e, string key, StoreEntry? previous)
    {
        if (e.Type == Event.Types.EventType.Put && Readable(key, e.Kv) is { } entry)
            return new(previous is null ? StoreEventType.Created : StoreEventType.Modified, entry, previous);
        if (previous is null) return null;
        // Without a final state someone else deleted it: the last one known is as good.
        var last = final.Revision == e.Kv.ModRevision
            ? values.Final(key, final.Value, e.Kv.ModRevision, previous.CreateRevision)
            : new StoreEntry(key, revisions.ToStore(e.Kv.ModRevision), previous.CreateRevision, previous.Json);
        return new(StoreEventType.Deleted, last, previous);
    }

    /// <summary>One value that someone else wrote must not keep all others from arriving.</summary>
    StoreEntry? Readable(string key, KeyValue kv)
    {
        try { return values.Entry(key, kv); }
        catch (StoreUnavailableException e) when (IsStarted)
        {
            options.Log(e.Message);
            return null;
        }
    }
}

/// <summary>What is in memory can't be continued.</summary>
sealed class HistoryLostException(string message) : Exception(message);
