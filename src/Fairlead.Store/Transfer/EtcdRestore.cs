using System.Globalization;
using Fairlead.Store.Etcd;
using Google.Protobuf;

namespace Fairlead.Store.Transfer;

/// <summary>Writes a dump into an etcd.</summary>
public static class EtcdRestore
{
    // etcd takes 128 operations a transaction and 1.5 MiB a request as it is set up by default.
    const int MostOperations = 100, MostBytes = 1 << 20;

    /// <summary>
    /// Writes all objects under the prefix, of which nothing may be there yet. They keep their revisions; the next write
    /// gets one above the dump's and <paramref name="raise"/> more (<see cref="EtcdRevisions"/>). Older watches are told
    /// to list again.
    /// </summary>
    /// <exception cref="StoreUnavailableException">There are objects already, or etcd refuses or does not answer.</exception>
    public static async Task RestoreAsync(EtcdStoreOptions options, StoreDump dump, long raise, CancellationToken cancellation)
    {
        using var channel = new EtcdChannel(options);
        var keys = new EtcdKeys(options.Prefix);
        try
        {
            var there = await channel.CallAsync("KV/Range", new RangeRequest { Key = keys.RangeStart, RangeEnd = keys.RangeEnd, CountOnly = true }, RangeResponse.Parser, true, cancellation).ConfigureAwait(false);
            if (there.Count > 0)
                throw new StoreUnavailableException($"there are {there.Count} keys already under {options.Prefix} in etcd; give another --etcd-prefix, or remove them with etcdctl del --prefix {options.Prefix}", null);
            // Until it says a number nobody opens what is here.
            await PutBaseAsync("unfinished").ConfigureAwait(false);
            await WriteAsync(channel, keys, new(options.Encryption, new()), dump, cancellation).ConfigureAwait(false);
            var done = await PutBaseAsync((dump.Revision + raise).ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
            await new EtcdCompactor(channel, keys, options).CompactAsync(done.Header.Revision, cancellation).ConfigureAwait(false);
        }
        catch (EtcdException e) { throw new StoreUnavailableException($"etcd refuses: {e.Message}", e); }

        Task<PutResponse> PutBaseAsync(string text) =>
            channel.CallAsync("KV/Put", new PutRequest { Key = keys.Base, Value = ByteString.CopyFromUtf8(text) }, PutResponse.Parser, true, cancellation);
    }

    static async Task WriteAsync(EtcdChannel channel, EtcdKeys keys, EtcdValues values, StoreDump dump, CancellationToken cancellation)
    {
        var (batch, bytes) = (new TxnRequest(), 0);
        // By age, so that etcd's own order of creation is theirs.
        foreach (var entry in dump.Entries.OrderBy(e => e.CreateRevision))
        {
            if (batch.Success.Count >= MostOperations || (bytes > 0 && bytes + entry.Json.Length > MostBytes)) await SendAsync().ConfigureAwait(false);
            batch.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = keys.Of(entry.Key), Value = values.Encode(entry) } });
            bytes += entry.Json.Length;
        }
        if (batch.Success.Count > 0) await SendAsync().ConfigureAwait(false);

        async Task SendAsync()
        {
            // Writing the same once more does no harm.
            await channel.CallAsync("KV/Txn", batch, TxnResponse.Parser, true, cancellation).ConfigureAwait(false);
            (batch, bytes) = (new TxnRequest(), 0);
        }
    }
}
