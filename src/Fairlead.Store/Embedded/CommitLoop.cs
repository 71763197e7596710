using System.Threading.Channels;
using Fairlead.Store.Caching;

namespace Fairlead.Store.Embedded;

/// <summary>
/// The one thread that writes. It takes all writes that wait, decides each against the state that the ones before it
/// leave, commits them in one transaction, publishes, and only then answers. While the disk synchronises one group,
/// the next gathers.
/// </summary>
sealed class CommitLoop
{
    readonly Channel<PendingWrite> queue;
    readonly WatchCache cache;
    readonly VersionTable table;
    readonly EmbeddedStoreOptions options;
    readonly Thread thread;
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<PendingWrite> group = [];
    readonly List<StoreEvent> events = [];

    public CommitLoop(WatchCache cache, VersionTable table, EmbeddedStoreOptions options)
    {
        (this.cache, this.table, this.options) = (cache, table, options);
        queue = Channel.CreateBounded<PendingWrite>(new BoundedChannelOptions(options.WriteQueue) { SingleReader = true });
        thread = new Thread(Run) { Name = "store-commit", IsBackground = true };
        thread.Start();
    }

    /// <summary>Waits for room in the queue (that can be cancelled), then for the commit (that can't: it may have happened).</summary>
    public async ValueTask<WriteResult> WriteAsync(PendingWrite pending, CancellationToken cancellation)
    {
        if (!queue.Writer.TryWrite(pending))
        {
            try
            {
                await queue.Writer.WriteAsync(pending, cancellation).ConfigureAwait(false);
            }
            catch (ChannelClosedException)
            {
                throw new StoreUnavailableException("the store is closed", null);
            }
        }
        return await pending.Answer.Task.ConfigureAwait(false);
    }

    /// <summary>Commits what waits, then ends.</summary>
    public Task StopAsync()
    {
        queue.Writer.TryComplete();
        return ended.Task;
    }

    void Run()
    {
        while (Wait())
        {
            group.Clear();
            while (group.Count < options.CommitSize && queue.Reader.TryRead(out var pending)) group.Add(pending);
            try
            {
                Commit();
            }
            catch (Exception e)
            {
                // The group failed as a whole and nothing of it was written; the next may succeed.
                foreach (var pending in group) pending.Answer.TrySetException(e);
            }
        }
        ended.SetResult();
    }

    bool Wait()
    {
        var more = queue.Reader.WaitToReadAsync(CancellationToken.None);
        return more.IsCompleted ? more.Result : more.AsTask().GetAwaiter().GetResult();
    }

    void Commit()
    {
        events.Clear();
        var (tree, revision) = (cache.Now.Tree, cache.Now.Revision);
        long compact = 0;
        foreach (var pending in group)
        {
            if (pending.Write is { } write) pending.Result = Decide(write, ref tree, ref revision);
            else compact = Math.Max(compact, Math.Min(pending.CompactTo, cache.Now.Revision));
        }
        var (upTo, forgotten) = cache.Needless(compact);
        if (events.Count > 0 || upTo > 0) table.Commit(events, RowsOf(forgotten), upTo);
        cache.Publish(new(tree, revision), events, upTo);
        foreach (var pending in group) pending.Answer.SetResult(pending.Result);
        cache.Wake();
    }

    /// <summary>The rows that nobody needs without these events: what was overwritten or deleted, and the deletions themselves.</summary>
    static List<long> RowsOf(StoreEvent[] forgotten)
    {
        var rows = new List<long>();
        foreach (var e in forgotten)
        {
            if (e.Previous is { } previous) rows.Add(previous.Revision);
            if (e.Type == StoreEventType.Deleted) rows.Add(e.Entry.Revision);
        }
        return rows;
    }

    WriteResult Decide(StoreWrite write, ref EntryTree tree, ref long revision)
    {
        var existing = tree.Find(write.Key);
        var holds = write.Condition == StoreCondition.Absent ? existing is null : existing is not null && existing.Revision == write.Revision;
        if (!holds) return new(WriteOutcome.Refused, existing);

        var value = write.Value ?? write.FinalValue!.Value;
        var next = ++revision;
        var entry = new StoreEntry(write.Key, next, existing?.CreateRevision ?? next, value.Stamped(next));
        tree = write.Value is null ? tree.Without(write.Key) : tree.With(entry);
        var type = write.Value is null ? StoreEventType.Deleted : existing is null ? StoreEventType.Created : StoreEventType.Modified;
        events.Add(new(type, entry, existing));
        return new(WriteOutcome.Done, entry);
    }
}

/// <summary>A write that waits for its commit, or a compaction when <paramref name="write"/> is null.</summary>
sealed class PendingWrite(StoreWrite? write, long compactTo)
{
    public StoreWrite? Write => write;

    public long CompactTo => compactTo;

    public WriteResult Result { get; set; }

    public TaskCompletionSource<WriteResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
