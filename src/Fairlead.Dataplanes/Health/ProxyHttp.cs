using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Dataplanes.Metrics;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Health;

/// <summary>
/// The proxy's own HTTP: health checks of Services, health of the proxy, metrics. Told of each step of the applying loop, which never
/// waits for it; listens and answers in a loop of its own.
/// </summary>
/// <param name="seen">How many events came until now.</param>
/// <param name="tell">Receives an Event: whom it is about, reason and message.</param>
sealed class ProxyHttp(ServiceDataplaneOptions options, TimeProvider time, Func<FeedCounts> seen, Action<ObjectReference, string, string> tell)
{
    static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly ProxyHealth health = new(time);
    readonly ProxyMetrics metrics = new(time, seen);
    volatile ProxyConfiguration? configuration;
    volatile ServedStep last = ServedStep.None;

    /// <summary>A change came, which <see cref="Starting"/> and <see cref="Applied"/> are to follow. From any thread.</summary>
    public void Queued()
    {
        health.Queued();
        metrics.Queued();
    }

    /// <summary>All that came until now is being applied.</summary>
    /// <param name="changed">See <see cref="ClusterFeed.Reader.Take"/>.</param>
    /// <param name="came">Events that were there before the snapshot was taken.</param>
    public void Starting(ProxyConfiguration wished, ClusterSnapshot snapshot, IEnumerable<ServiceKey> changed, FeedCounts came)
    {
        health.Timeout = 2 * wished.SyncPeriod;
        health.Starting(NodeEligibility.IsEligible(snapshot.Nodes.GetValueOrDefault(options.Node)));
        metrics.Starting(snapshot, changed, came);
        if (configuration == wished) return;
        configuration = wished;
        signal.Writer.TryWrite(true);
    }

    /// <summary>It is served.</summary>
    public void Applied(ServedStep step)
    {
        health.Applied();
        metrics.Applied(step.Whole);
        var old = last.Table;
        last = step;
        if (ReferenceEquals(old.HealthChecks, step.Table.HealthChecks) && old.NodePortAddresses.SetEquals(step.Table.NodePortAddresses)) return;
        signal.Writer.TryWrite(true);
    }

    /// <summary>It is not served, and will be tried again.</summary>
    public void Failed() => metrics.Failed();

    /// <summary>Listens until cancelled; for the first time at the first <see cref="Starting"/>.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var engine = await HttpEngine.StartAsync(cancellation).ConfigureAwait(false);
        using var connections = new ConnectionCounts(options.InNode);
        var ofMetrics = new HttpSite(new MetricsSite(metrics, connections, () => last).ServeAsync, (at, e) => options.Log($"service dataplane: no metrics at {at}: {e.Message}. It is tried again every second: free the port, or change metricsBindAddress in ConfigMap {ProxyConfiguration.ConfigMapNamespace}/{ProxyConfiguration.ConfigMapName}"));
        using var ports = new HttpPorts(engine.Connections, options.InNode);
        while (true)
        {
            var settled = configuration is not { } wished || ports.Follow(Sites(wished, last.Table, ofMetrics));
            await WaitAsync(settled ? Timeout.InfiniteTimeSpan : TryAgain, cancellation).ConfigureAwait(false);
        }
    }

    async Task WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(atMost);
        try
        {
            await signal.Reader.ReadAsync(waiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Time to try again.
        }
    }

    Dictionary<IPEndPoint, HttpSite> Sites(ProxyConfiguration wished, NodeTable served, HttpSite ofMetrics)
    {
        var sites = new Dictionary<IPEndPoint, HttpSite>();
        var everywhere = wished.Settings.NodePortsEverywhere;
        IPAddress[] addresses = everywhere ? [IPAddress.IPv6Any] : [.. served.NodePortAddresses.Select(a => a.ToIPAddress())];
        foreach (var (port, check) in served.HealthChecks)
        {
            var site = new HttpSite(new ServiceHealthSite(check, health).ServeAsync, (at, e) => ServiceRefused(check.Service, at, e));
            foreach (var address in addresses) sites[new(address, port)] = site;
        }
        sites[IPEndPoint.Parse(wished.MetricsBindAddress)] = ofMetrics;
        sites[IPEndPoint.Parse(wished.HealthzBindAddress)] = new(new HealthzSite(health, metrics.Answered).ServeAsync, ProxyRefused);
        return sites;
    }

    void ServiceRefused(ServiceKey service, IPEndPoint at, SocketException e)
    {
        // In the Node's status, and on no link: one that a cloud translates. Nobody can ask there.
        if (e.SocketErrorCode == SocketError.AddressNotAvailable) return;
        tell(new() { Kind = "Service", ApiVersion = "v1", Namespace = service.Namespace, Name = service.Name, Uid = $"{service.Namespace}/{service.Name}" },
            "FailedToStartServiceHealthcheck", $"node {options.Node} failed to start the health check of {service.Namespace}/{service.Name} at {at}: {e.Message}. It is tried again every second: free the port on the node");
    }

    void ProxyRefused(IPEndPoint at, SocketException e) =>
        tell(options.NodeReference, "FailedToStartProxierHealthcheck", $"node {options.Node} failed to start the proxy's health check at {at}: {e.Message}. It is tried again every second: free the port, or change healthzBindAddress in ConfigMap {ProxyConfiguration.ConfigMapNamespace}/{ProxyConfiguration.ConfigMapName}");
}
