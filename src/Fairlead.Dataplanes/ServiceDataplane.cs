using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Events;
using Fairlead.Dataplanes.Health;
using Fairlead.Linux;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes;

/// <summary>
/// Serves the cluster's Services on one node:
/// <code>
/// Services, EndpointSlices, Nodes ──ClusterFeed──▶ ClusterSnapshot ─┐
/// ConfigMap kube-proxy ──ConfigurationWatch──▶ ProxyConfiguration ──┼─▶ NodeServices ──NodeTable, TableDelta──▶ IDataplane ──▶ kernel
/// addresses of the node's links ────────────────────────────────────┘        ├──────▶ StaleFlows
///                                                                            └──────▶ ProxyHttp: health checks, metrics
/// </code>
/// Events that come while the kernel is being changed are taken together in the next change.
/// </summary>
public sealed class ServiceDataplane
{
    const string Component = "kube-proxy";
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(10);

    // So often the kernel is looked over, in a moment without changes; so often it is tried again to settle the mode.
    static readonly TimeSpan LookOver = TimeSpan.FromMinutes(10), Unsettled = TimeSpan.FromSeconds(1);

    readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly ServiceDataplaneOptions options;
    readonly ClusterFeed.Reader objects;
    readonly ConfigurationWatch configuration;
    readonly EventRecorder events;
    readonly ProxyHttp http;
    readonly TaskCompletionSource programmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="feed">Fed by informers of the caller's.</param>
    public ServiceDataplane(ServiceDataplaneOptions options, ClusterFeed feed, KubeClient client)
    {
        this.options = options;
        events = new(client, TimeProvider.System);
        http = new(options, TimeProvider.System, () => objects!.Counts, (about, reason, message) => Tell(about, "Warning", reason, message));
        objects = feed.Subscribe(Wake);
        configuration = new(client, Wake, message => Tell("Warning", "InvalidProxyConfiguration", message));
    }

    /// <summary>Completes when the kernel first serves all Services of the first lists.</summary>
    public Task Programmed => programmed.Task;

    /// <summary>The table as it was last applied; a whole one at any moment.</summary>
    public NodeTable Table { get; private set; } = NodeTable.Empty;

    /// <summary>Runs until cancelled. The rules stay in the kernel afterwards.</summary>
    /// <param name="synced">Completes when the feed has the first lists.</param>
    public async Task RunAsync(Task synced, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] loops = [configuration.RunAsync(stop.Token), events.RunAsync(stop.Token), http.RunAsync(stop.Token), ApplyAsync(Task.WhenAll(synced, configuration.Synced), stop.Token)];
        try
        {
            await (await Task.WhenAny(loops).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    T InNode<T>(Func<T> make)
    {
        T? made = default;
        options.InNode(() => made = make());
        return made!;
    }

    void Wake()
    {
        http.Queued();
        signal.Writer.TryWrite(true);
    }

    async Task ApplyAsync(Task synced, CancellationToken cancellation)
    {
        await synced.WaitAsync(cancellation).ConfigureAwait(false);
        using var services = InNode(() => new NodeServices(options.Node));
        using var addresses = InNode(() => new NodeAddresses());
        using var mode = new ModeSwitch(options, services, Tell);
        var pause = TimeSpan.Zero;
        var lookedOver = Environment.TickCount64;
        while (true)
        {
            try
            {
                options.InNode(() => Step(services, addresses, mode));
                pause = TimeSpan.Zero;
            }
            catch (Exception e) when (e is LinuxException or DataplaneException)
            {
                http.Failed();
                options.Log($"service dataplane: {e.Message}");
                pause = pause == TimeSpan.Zero ? ShortestPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
                continue;
            }
            if (await ChangedAsync(mode.IsUnsettled ? Unsettled : LookOver, cancellation).ConfigureAwait(false)) continue;
            if (Environment.TickCount64 - lookedOver < LookOver.TotalMilliseconds) continue;
            services.DistrustKernel();
            lookedOver = Environment.TickCount64;
        }
    }

    /// <summary>Waits for the next change; false if none comes for so long.</summary>
    async Task<bool> ChangedAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        idle.CancelAfter(atMost);
        try
        {
            return await signal.Reader.ReadAsync(idle.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    void Step(NodeServices services, NodeAddresses addresses, ModeSwitch mode)
    {
        var wished = configuration.Current;
        var came = objects.Counts;
        var (snapshot, changed) = objects.Take();
        http.Starting(wished, snapshot, changed, came);
        services.Update(snapshot with { PodRanges = options.PodRanges, Settings = wished.Settings, LocalAddresses = addresses.Read() }, changed);
        mode.Follow(wished);
        Table = services.Table;
        http.Applied(new(Table, mode.InUse, services.LastWasWhole));
        programmed.TrySetResult();
        services.EndStaleFlows();
    }

    void Tell(string type, string reason, string message) => Tell(options.NodeReference, type, reason, message);

    void Tell(ObjectReference about, string type, string reason, string message)
    {
        options.Log($"service dataplane: {message}");
        events.Record(about, new EventSource { Component = Component, Host = options.Node }, type, reason, message);
    }
}
