using System.IO.Pipelines;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Store;

namespace Fairlead.Server.Watching;

/// <summary>
/// One client's watch: what there is (if asked for), then every change, then bookmarks while nothing changes, until the
/// time is up or the client goes. Bytes are copied from the store's entries; nothing is decoded unless a selector or a
/// table needs it.
/// </summary>
public sealed class WatchStream(
    IStore store, Reading reading, ResourceDefinition kind, string? ns, ListQuery query, EventWriter writer, TimeSpan lifetime)
{
    /// <summary>How long a watch may be silent before a bookmark tells its client how far it has come.</summary>
    static readonly TimeSpan BookmarkEvery = TimeSpan.FromSeconds(30);
    const int FlushAt = 64 * 1024;

    public async Task RunAsync(PipeWriter pipe, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ended.CancelAfter(lifetime);
        try
        {
            // The headers go out at once, so that the client knows that its watch stands.
            await pipe.FlushAsync(ended.Token).ConfigureAwait(false);
            var from = await InitialAsync(pipe, ended.Token).ConfigureAwait(false);
            using var watch = store.Watch(ObjectKeys.Collection(kind, ns), from);
            await FollowAsync(watch, from, pipe, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { }
        catch (CompactedException e)
        {
            writer.Error(pipe, Refuse.Expired($"too old resource version: {query.Revision ?? 0} ({e.Compacted})"));
        }
        catch (SlowWatcherException)
        {
            writer.Error(pipe, Refuse.Expired("too old resource version: the watcher fell too far behind"));
        }
        catch (ApiException refusal)
        {
            writer.Error(pipe, refusal);
        }
        if (!cancellation.IsCancellationRequested) await pipe.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends what there is, if the client asked for that; returns the revision from which to follow.</summary>
    async ValueTask<long> InitialAsync(PipeWriter pipe, CancellationToken cancellation)
    {
        if (!(query.SendInitialEvents ?? query.Revision is null or 0)) return query.Revision is > 0 ? query.Revision.Value : store.Revision;
        var list = await reading.ListAsync(kind, ns, new ListQuery { Selection = query.Selection, Revision = query.Revision }, cancellation).ConfigureAwait(false);
        foreach (var entry in list.Entries)
        {
            await writer.WriteAsync(pipe, "ADDED", entry, cancellation).ConfigureAwait(false);
            if (pipe.UnflushedBytes > FlushAt) await pipe.FlushAsync(cancellation).ConfigureAwait(false);
        }
        if (query is { SendInitialEvents: true, Bookmarks: true }) writer.Bookmark(pipe, list.Revision, initialEnd: true);
        await pipe.FlushAsync(cancellation).ConfigureAwait(false);
        return list.Revision;
    }

    async Task FollowAsync(IStoreWatch watch, long told, PipeWriter pipe, CancellationToken cancellation)
    {
        using var pause = query.Bookmarks ? new Timer(static w => ((IStoreWatch)w!).Interrupt(), watch, BookmarkEvery, BookmarkEvery) : null;
        while (true)
        {
            IReadOnlyList<StoreEvent> events;
            try { events = await watch.NextAsync(cancellation).ConfigureAwait(false); }
            catch (OperationCanceledException) when (query.Bookmarks)
            {
                // The time is up while nothing happens: the client is told how far it has come, and goes on from there.
                writer.Bookmark(pipe, Math.Max(told, watch.ProgressRevision), initialEnd: false);
                throw;
            }
            if (events.Count > 0) await SendAsync(pipe, events, cancellation).ConfigureAwait(false);
            else if (watch.ProgressRevision > told) writer.Bookmark(pipe, told = watch.ProgressRevision, initialEnd: false);
            if (pipe.UnflushedBytes > 0)
            {
                var flush = await pipe.FlushAsync(cancellation).ConfigureAwait(false);
                if (flush.IsCompleted) return;
            }
        }
    }

    async ValueTask SendAsync(PipeWriter pipe, IReadOnlyList<StoreEvent> events, CancellationToken cancellation)
    {
        for (var i = 0; i < events.Count; i++)
        {
            await SendAsync(pipe, events[i], cancellation).ConfigureAwait(false);
            if (pipe.UnflushedBytes > FlushAt) await pipe.FlushAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>An object that enters the selection is ADDED to its watcher, one that leaves it DELETED.</summary>
    ValueTask SendAsync(PipeWriter pipe, StoreEvent e, CancellationToken cancellation)
    {
        if (query.Selection.IsEverything)
        {
            var type = e.Type switch { StoreEventType.Created => "ADDED", StoreEventType.Modified => "MODIFIED", _ => "DELETED" };
            return writer.WriteAsync(pipe, type, e.Entry, cancellation);
        }
        var was = e.Previous is not null && query.Selection.Matches(ObjectFacts.Of(kind, e.Previous));
        var isNow = e.Type != StoreEventType.Deleted && query.Selection.Matches(ObjectFacts.Of(kind, e.Entry));
        if (isNow) return writer.WriteAsync(pipe, was ? "MODIFIED" : "ADDED", e.Entry, cancellation);
        return was ? writer.WriteAsync(pipe, "DELETED", e.Type == StoreEventType.Deleted ? e.Entry : Left(e), cancellation) : default;
    }

    /// <summary>The object as it was last selected, at the revision at which it left: its watcher never sees the state beyond.</summary>
    static StoreEntry Left(StoreEvent e) => new(e.Entry.Key, e.Entry.Revision, e.Entry.CreateRevision,
        StoredObject.Encode(StoredObject.Parse(e.Previous!)).Stamped(e.Entry.Revision));
}
