using System.Collections;
using Fairlead.Store;

namespace Fairlead.Server.Tests;

/// <summary>A store in which one thing is broken: who comes to an object of this name, in a list or a watch, gets an exception.</summary>
sealed class BreakingStore(IStore store, string name) : IStore
{
    public const string Fault = "the store is broken";

    /// <summary>True: nothing is broken any more.</summary>
    public volatile bool IsWhole;

    public long Revision => store.Revision;

    public long CompactedRevision => store.CompactedRevision;

    public ValueTask<StoreEntry?> GetAsync(string key, CancellationToken cancellation) => store.GetAsync(key, cancellation);

    public async ValueTask<StoreRange> RangeAsync(string prefix, string? after, int limit, long revision, CancellationToken cancellation)
    {
        var range = await store.RangeAsync(prefix, after, limit, revision, cancellation);
        return range with { Entries = new BreakingEntries(range.Entries, Check) };
    }

    public ValueTask<WriteResult> WriteAsync(StoreWrite write, CancellationToken cancellation) => store.WriteAsync(write, cancellation);

    public IStoreWatch Watch(string prefix, long after) => new BreakingWatch(store.Watch(prefix, after), Check);

    public ValueTask CompactAsync(long revision, CancellationToken cancellation) => store.CompactAsync(revision, cancellation);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    StoreEntry Check(StoreEntry entry) => !IsWhole && entry.Key.EndsWith("/" + name, StringComparison.Ordinal) ? throw new InvalidOperationException(Fault) : entry;

    // To count them does no harm, as the size is known before anything is sent; to take one by its place does.
    sealed class BreakingEntries(IReadOnlyList<StoreEntry> entries, Func<StoreEntry, StoreEntry> check) : IReadOnlyList<StoreEntry>
    {
        public int Count => entries.Count;

        public StoreEntry this[int index] => check(entries[index]);

        public IEnumerator<StoreEntry> GetEnumerator() => entries.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    sealed class BreakingWatch(IStoreWatch watch, Func<StoreEntry, StoreEntry> check) : IStoreWatch
    {
        public long ProgressRevision => watch.ProgressRevision;

        public async ValueTask<IReadOnlyList<StoreEvent>> NextAsync(CancellationToken cancellation)
        {
            var events = await watch.NextAsync(cancellation);
            foreach (var e in events) check(e.Entry);
            return events;
        }

        public void Interrupt() => watch.Interrupt();

        public void Dispose() => watch.Dispose();
    }
}
