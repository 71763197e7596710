using System.Net;
using Fairlead.Client;
using Fairlead.Dns.Cluster;
using Fairlead.Dns.Forwarding;
using Fairlead.Dns.Handlers;
using Fairlead.Dns.Listen;
using Fairlead.Network.Names;
using Fairlead.Network.Services;

namespace Fairlead.Dns;

/// <summary>
/// A node's DNS server:
/// <code>
/// UdpListener ─┐
///              ├─▶ DnsQuery ─▶ LoopProbe ─▶ ClusterNames ─▶ AnswerCache ─▶ Forwarder ─▶ Upstream
/// TcpListener ─┘                               ▲ NameTable
///                          API ──informers──▶ NameWatch
/// </code>
/// </summary>
public sealed class DnsServer
{
    readonly DnsOptions options;
    readonly Func<NameTable?> names;
    readonly TaskCompletionSource<IReadOnlyList<IPEndPoint>> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="names">The names as of now; null as long as they are not known.</param>
    public DnsServer(DnsOptions options, Func<NameTable?> names) => (this.options, this.names) = (options, names);

    /// <summary>Completes with the addresses when all are listened on; fails if one can't be.</summary>
    public Task<IReadOnlyList<IPEndPoint>> Listening => listening.Task;

    public DnsMetrics Metrics { get; } = new();

    /// <summary>The zone that the options describe.</summary>
    public static NameZone ZoneOf(DnsOptions options) => new(options.ClusterDomain.TrimEnd('.').ToLowerInvariant(), []);

    /// <summary>
    /// Answers for the cluster behind the client until cancelled, in the network namespace of the process.
    /// </summary>
    /// <param name="feed">Fed by informers of the caller's.</param>
    /// <param name="synced">Completes when the feed has the first lists.</param>
    /// <exception cref="DnsListenException">An address can't be listened on.</exception>
    public static async Task RunAsync(DnsOptions options, ClusterFeed feed, Task synced, KubeClient client, CancellationToken cancellation)
    {
        var watch = new NameWatch(ZoneOf(options), feed, options.Log);
        var server = new DnsServer(options, () => watch.Table);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var serving = server.RunAsync(stop.Token);
        var watching = watch.RunAsync(synced, client, stop.Token);
        try
        {
            await (await Task.WhenAny(serving, watching).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(serving, watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Answers until cancelled. May be called once.</summary>
    /// <exception cref="DnsListenException">An address can't be listened on.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var upstreams = Forwarder.UpstreamsOf(options);
        var probe = new LoopProbe(upstreams, options.Log);
        var chain = Chain(upstreams, probe);
        var sockets = Bind();
        var udp = sockets.Select(s => new UdpListener(s.Udp, chain, Metrics, options.Log, cancellation)).ToArray();
        var tcp = sockets.Select(s => new TcpListener(s.Tcp, chain, Metrics, options.Log)).ToArray();
        try
        {
            foreach (var listener in udp) listener.Start(options.ReceiveLoops);
            foreach (var listener in tcp) listener.Start();
            listening.TrySetResult([.. sockets.Select(s => s.Address)]);
            await Task.WhenAll(tcp.Select(t => t.RunAsync(cancellation)).Append(probe.RunAsync(cancellation))).ConfigureAwait(false);
        }
        finally
        {
            foreach (var listener in udp) listener.Dispose();
            foreach (var listener in tcp) listener.Dispose();
        }
    }

    // A new feature is a handler in this list.
    DnsChain Chain(IReadOnlyList<Upstream> upstreams, LoopProbe probe)
    {
        var chain = new DnsChain();
        var cluster = new ClusterNames(ZoneOf(options), names, chain);
        if (upstreams.Count == 0) chain.Use(cluster);
        else chain.Use(probe, cluster, new AnswerCache(new Forwarder(upstreams, Metrics), options, Metrics));
        return chain;
    }

    List<ListenSockets> Bind()
    {
        var sockets = new List<ListenSockets>();
        try
        {
            foreach (var address in options.Listen) sockets.Add(ListenSockets.Bind(address));
            return sockets;
        }
        catch (DnsListenException e)
        {
            foreach (var (udp, tcp) in sockets)
            {
                udp.Dispose();
                tcp.Dispose();
            }
            listening.TrySetException(e);
            throw;
        }
    }
}
