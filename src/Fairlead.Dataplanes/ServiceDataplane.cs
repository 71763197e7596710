using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Linux;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes;

/// <summary>
/// Serves the cluster's Services on one node:
/// <code>
/// Services, EndpointSlices, Nodes ──informers──▶ ClusterSnapshot ──NodeTableState──▶ NodeTable, TableDelta ──NftablesDataplane──▶ kernel
/// </code>
/// Events that come while the kernel is being changed are taken together in the next change.
/// </summary>
public sealed class ServiceDataplane
{
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(10), LongestIdle = TimeSpan.FromMinutes(10);

    readonly Lock gate = new();
    readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly ServiceDataplaneOptions options;
    readonly NodeTableState state;
    readonly TaskCompletionSource programmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guarded by gate: bounded by the number of objects, however many events come.
    ClusterSnapshot snapshot;
    HashSet<ServiceKey> changed = [];

    public ServiceDataplane(ServiceDataplaneOptions options)
    {
        this.options = options;
        state = new(options.Node);
        snapshot = new() { PodRanges = options.PodRanges };
    }

    /// <summary>Completes when the kernel first serves all Services of the first lists.</summary>
    public Task Programmed => programmed.Task;

    /// <summary>The table as it was last applied; a whole one at any moment.</summary>
    public NodeTable Table { get; private set; } = NodeTable.Empty;

    /// <summary>
    /// Runs until cancelled, in the network namespace of the process. The rules stay in the kernel afterwards; see
    /// <see cref="IDataplane.Remove"/>.
    /// </summary>
    public static async Task RunAsync(ServiceDataplaneOptions options, KubeClient client, CancellationToken cancellation)
    {
        using var dataplane = new NftablesDataplane();
        await new ServiceDataplane(options).RunAsync(new InformerSet(client), dataplane, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs until cancelled over informers of its own, and applies to a kernel of the caller's choice.</summary>
    /// <param name="informers">Not yet running; this call runs them.</param>
    public async Task RunAsync(InformerSet informers, IDataplane dataplane, CancellationToken cancellation)
    {
        informers.Of<Service>().OnChange((old, now) => Note(
            s => now is null ? s.Without(old!) : s.With(now), ClusterSnapshot.KeyOf((now ?? old)!), null));
        informers.Of<EndpointSlice>().OnChange((old, now) => Note(
            s => Replace(s, old, now), old is null ? null : ClusterSnapshot.ServiceOf(old), now is null ? null : ClusterSnapshot.ServiceOf(now)));
        informers.Of<Node>().OnChange((old, now) =>
        {
            if ((now ?? old)!.Metadata.Name == options.Node) Note(s => now is null ? s.Without(old!) : s.With(now), null, null);
        });

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = informers.RunAsync(stop.Token);
        var applying = ApplyAsync(informers.Synced, dataplane, stop.Token);
        try
        {
            await (await Task.WhenAny(watching, applying).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(watching, applying).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static ClusterSnapshot Replace(ClusterSnapshot snapshot, EndpointSlice? old, EndpointSlice? now)
    {
        // A slice whose label changed belongs to another Service from then on.
        var without = old is not null && (now is null || ClusterSnapshot.ServiceOf(old) != ClusterSnapshot.ServiceOf(now)) ? snapshot.Without(old) : snapshot;
        return now is null ? without : without.With(now);
    }

    void Note(Func<ClusterSnapshot, ClusterSnapshot> change, ServiceKey? one, ServiceKey? other)
    {
        lock (gate)
        {
            snapshot = change(snapshot);
            if (one is { } a) changed.Add(a);
            if (other is { } b) changed.Add(b);
        }
        signal.Writer.TryWrite(true);
    }

    async Task ApplyAsync(Task synced, IDataplane dataplane, CancellationToken cancellation)
    {
        await synced.WaitAsync(cancellation).ConfigureAwait(false);
        var whole = true;
        var pause = TimeSpan.Zero;
        while (true)
        {
            try
            {
                Step(dataplane, whole);
                pause = TimeSpan.Zero;
                programmed.TrySetResult();
            }
            catch (Exception e) when (e is LinuxException or DataplaneException)
            {
                options.Log($"service dataplane: {e.Message}");
                whole = true;
                pause = pause == TimeSpan.Zero ? ShortestPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
                continue;
            }
            whole = !await ChangedAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the next change; false if none comes for so long that the kernel is to be looked over.</summary>
    async Task<bool> ChangedAsync(CancellationToken cancellation)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        idle.CancelAfter(LongestIdle);
        try
        {
            return await signal.Reader.ReadAsync(idle.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    void Step(IDataplane dataplane, bool whole)
    {
        ClusterSnapshot now;
        HashSet<ServiceKey> services;
        lock (gate)
        {
            now = snapshot;
            services = changed;
            changed = [];
        }
        var delta = state.Apply(now, services);
        if (whole) dataplane.Converge(state.Table);
        else if (!delta.IsEmpty) dataplane.Apply(delta, state.Table);
        Table = state.Table;
    }
}
