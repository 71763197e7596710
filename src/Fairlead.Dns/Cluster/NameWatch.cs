using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Network.Names;
using Fairlead.Network.Services;

namespace Fairlead.Dns.Cluster;

/// <summary>
/// Keeps the name table up to date with the API. Changes that come while a table is being made are taken together in the
/// next.
/// </summary>
sealed class NameWatch(NameZone zone)
{
    readonly Lock gate = new();
    readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Guarded by gate: bounded by the number of objects, however many events come.
    ClusterSnapshot cluster = new();
    HashSet<ServiceKey> services = [];
    Dictionary<string, bool> namespaces = [];

    volatile NameTable? table;

    /// <summary>The names as of now; null until all objects were read once.</summary>
    public NameTable? Table => table;

    /// <summary>Lists and watches until cancelled.</summary>
    public async Task RunAsync(KubeClient client, CancellationToken cancellation)
    {
        var informers = new InformerSet(client);
        informers.Of<Service>().OnChange((old, now) =>
            Note(c => now is null ? c.Without(old!) : c.With(now), ClusterSnapshot.KeyOf((now ?? old)!), null));
        informers.Of<EndpointSlice>().OnChange((old, now) =>
            Note(c => Replace(c, old, now), ServiceOf(old), ServiceOf(now)));
        informers.Of<Namespace>().OnChange((old, now) => Note((now ?? old)!.Metadata.Name ?? "", now is not null));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = informers.RunAsync(stop.Token);
        var resolving = ResolveAsync(informers.Synced, stop.Token);
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
        ClusterSnapshot now;
        HashSet<ServiceKey> changed;
        Dictionary<string, bool> changedNamespaces;
        lock (gate)
        {
            (now, changed, changedNamespaces) = (cluster, services, namespaces);
            (services, namespaces) = ([], []);
        }
        return last.With(now, changed, changedNamespaces.Select(n => (n.Key, n.Value)));
    }

    void Note(Func<ClusterSnapshot, ClusterSnapshot> change, ServiceKey? one, ServiceKey? other)
    {
        lock (gate)
        {
            cluster = change(cluster);
            if (one is { } a) services.Add(a);
            if (other is { } b) services.Add(b);
        }
        signal.Writer.TryWrite(true);
    }

    void Note(string ns, bool exists)
    {
        lock (gate) namespaces[ns] = exists;
        signal.Writer.TryWrite(true);
    }

    static ServiceKey? ServiceOf(EndpointSlice? slice) => slice is null ? null : ClusterSnapshot.ServiceOf(slice);

    // A slice whose label changed belongs to another Service from then on.
    static ClusterSnapshot Replace(ClusterSnapshot cluster, EndpointSlice? old, EndpointSlice? now)
    {
        var without = old is not null && (now is null || ServiceOf(old) != ServiceOf(now)) ? cluster.Without(old) : cluster;
        return now is null ? without : without.With(now);
    }
}
