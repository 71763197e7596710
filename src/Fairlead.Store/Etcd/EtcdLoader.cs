using System.Globalization;
using Fairlead.Store.Caching;
using Google.Protobuf;

namespace Fairlead.Store.Etcd;

/// <summary>
/// Reads the state from which the memory begins: all objects as of the oldest revision that etcd keeps, so that the
/// watch from there on brings the history too.
/// </summary>
sealed class EtcdLoader(EtcdChannel channel, EtcdKeys keys, EtcdValues values, EtcdRevisions revisions, EtcdStoreOptions options)
{
    const int Page = 500;

    /// <summary>The state, and etcd's revision at the time. More history than the memory keeps is left out.</summary>
    public async Task<(Snapshot Snapshot, long Current)> LoadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                revisions.Base = await BaseAsync(cancellation).ConfigureAwait(false);
                var (compacted, current) = await OldestAsync(cancellation).ConfigureAwait(false);
                var revision = Math.Max(compacted, current - options.HistoryEvents);
                var entries = await ReadAsync(revision, cancellation).ConfigureAwait(false);
                return (new(EntryTree.FromSorted(entries), revisions.ToStore(revision)), revisions.ToStore(current));
            }
            catch (EtcdException e) when (e.IsCompacted)
            {
                // It was compacted while it was read.
            }
        }
    }

    async Task<long> BaseAsync(CancellationToken cancellation)
    {
        var found = await RangeAsync(new RangeRequest { Key = keys.Base }, cancellation).ConfigureAwait(false);
        if (found.Kvs is not [var kv, ..]) return 0;
        return long.TryParse(kv.Value.Span, CultureInfo.InvariantCulture, out var number) ? number
            : throw new StoreUnavailableException($"a restore into etcd under {options.Prefix} was not finished: remove it with etcdctl del --prefix {options.Prefix} and restore again", null);
    }

    async Task<(long Compacted, long Current)> OldestAsync(CancellationToken cancellation)
    {
        var now = await RangeAsync(new RangeRequest { Key = keys.Now, CountOnly = true }, cancellation).ConfigureAwait(false);
        try
        {
            await RangeAsync(new RangeRequest { Key = keys.Now, CountOnly = true, Revision = 1 }, cancellation).ConfigureAwait(false);
            return (1, now.Header.Revision);
        }
        catch (EtcdException e) when (e.IsCompacted)
        {
            // A watch that begins too early is told how far it was compacted; nothing else says that.
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            bound.CancelAfter(options.RequestTimeout);
            await foreach (var answer in channel.WatchAsync(new WatchCreateRequest { Key = keys.Now, StartRevision = 1 }, bound.Token).ConfigureAwait(false))
            {
                if (answer.CompactRevision > 0) return (answer.CompactRevision, now.Header.Revision);
            }
            throw new StoreUnavailableException("etcd does not say from which revision on it keeps history", e);
        }
    }

    async Task<List<StoreEntry>> ReadAsync(long revision, CancellationToken cancellation)
    {
        var entries = new List<StoreEntry>();
        var from = keys.ObjectsStart;
        while (true)
        {
            var page = await RangeAsync(new RangeRequest { Key = from, RangeEnd = keys.RangeEnd, Limit = Page, Revision = revision }, cancellation).ConfigureAwait(false);
            foreach (var kv in page.Kvs) entries.Add(values.Entry(keys.KeyOf(kv.Key)!, kv));
            if (!page.More) break;
            from = UnsafeByteOperations.UnsafeWrap((byte[])[.. page.Kvs[^1].Key.Span, 0]);
        }
        // etcd's order is that of bytes, ours that of UTF-16: they differ beyond the basic plane.
        entries.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return entries;
    }

    Task<RangeResponse> RangeAsync(RangeRequest request, CancellationToken cancellation) =>
        channel.CallAsync("KV/Range", request, RangeResponse.Parser, repeatable: true, cancellation);
}
