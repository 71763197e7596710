namespace Fairlead.Store.Etcd;

/// <summary>
/// Compacts etcd's history every few minutes, whichever of the servers does it. One key says how often it was done; who
/// counts it up from where all saw it last has won this turn, and compacts to the revision of the turn before, which is
/// one interval old. (Upstream's compactor of etcd3 works the same way.)
/// </summary>
sealed class EtcdCompactor(EtcdChannel channel, EtcdKeys keys, EtcdStoreOptions options)
{
    long turn;
    long revision;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(options.CompactionInterval, options.Time, cancellation).ConfigureAwait(false);
            try { await TurnAsync(cancellation).ConfigureAwait(false); }
            catch (Exception e) when (e is EtcdException or StoreUnavailableException or HttpRequestException)
            {
                options.Log($"etcd's history was not compacted this time: {e.Message}");
            }
        }
    }

    async Task TurnAsync(CancellationToken cancellation)
    {
        var answer = await channel.CallAsync("KV/Txn", new TxnRequest
        {
            Compare = { new Compare { Key = keys.Compacted, Target = Compare.Types.CompareTarget.Version, Version = turn } },
            Success = { new RequestOp { RequestPut = new PutRequest { Key = keys.Compacted } } },
            Failure = { new RequestOp { RequestRange = new RangeRequest { Key = keys.Compacted } } },
        }, TxnResponse.Parser, repeatable: false, cancellation).ConfigureAwait(false);
        var compactTo = answer.Succeeded ? revision : 0;
        turn = answer.Succeeded ? turn + 1 : EtcdWrites.Read(answer)?.Version ?? 0;
        revision = answer.Header.Revision;
        if (compactTo > 0) await CompactAsync(compactTo, cancellation).ConfigureAwait(false);
    }

    /// <summary>Compacting what is compacted already succeeds.</summary>
    public async Task CompactAsync(long upTo, CancellationToken cancellation)
    {
        try
        {
            await channel.CallAsync("KV/Compact", new CompactionRequest { Revision = upTo }, CompactionResponse.Parser, repeatable: true, cancellation).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.IsCompacted) { }
    }
}
