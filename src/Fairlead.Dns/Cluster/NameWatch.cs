using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Network.Names;
using Fairlead.Network.Services;

namespace Fairlead.Dns.Cluster;

/// <summary>
/// Keeps the name table up to date with the API. Changes that come while a table is being made are taken together in the
/// next.
/// </summary>
sealed class NameWatch
{
    readonly Lock gate = new();
    readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly NameZone zone;
    readonly Action<string> log;
    readonly ClusterFeed.Reader objects;

    // Guarded by gate: bounded by the number of namespaces, however many events come.
    Dictionary<string, bool> namespaces = [];

    volatile NameTable? table;

    /// <param name="feed">Fed by informers of the caller's.</param>
    /// <param name="log">Told what can't be decoded.</param>
    public NameWatch(NameZone zone, ClusterFeed feed, Action<string> log)
    {
        (this.zone, this.log) = (zone, log);
        objects = feed.Subscribe(Wake);
    }

    /// <summary>The names as of now; null until all objects were read once.</summary>
    public NameTable? Table => table;

    /// <summary>Resolves names until cancelled; namespaces are watched here.</summary>
    /// <param name="synced">Completes when the feed has the first lists.</param>
    public async Task RunAsync(Task synced, KubeClient client, CancellationToken cancellation)
    {
        var known = new Informer<Namespace>(client, log);
        known.OnChange((old, now) => Note((now ?? old)!.Metadata.Name ?? "", now is not null));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = known.RunAsync(stop.Token);
        var resolving = ResolveAsync(Task.WhenAll(synced, known.Synced), stop.Token);
        try
        {
            await (await Task.WhenAny(watching, resolving).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(watching, resolving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task ResolveAsync(Task synced, CancellationToken cancellation)
    {
        await synced.WaitAsync(cancellation).ConfigureAwait(false);
        var last = NameTable.Empty(zone);
        do
        {
            table = last = Next(last);
        }
        while (await signal.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false) && signal.Reader.TryRead(out _));
    }

    NameTable Next(NameTable last)
    {
        Dictionary<string, bool> changedNamespaces;
        lock (gate)
        {
            changedNamespaces = namespaces;
            namespaces = [];
        }
        var (now, changed) = objects.Take();
        return last.With(now, changed, changedNamespaces.Select(n => (n.Key, n.Value)));
    }

    void Note(string ns, bool exists)
    {
        lock (gate) namespaces[ns] = exists;
        Wake();
    }

    void Wake() => signal.Writer.TryWrite(true);
}
