using System.Net;
using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Health;

/// <summary>
/// The proxy's own HTTP: health checks of Services, health of the proxy. Told of each step of the applying loop, which never
/// waits for it; listens and answers in a loop of its own.
/// </summary>
/// <param name="tell">Receives an Event: whom it is about, reason and message.</param>
sealed class ProxyHttp(ServiceDataplaneOptions options, TimeProvider time, Action<ObjectReference, string, string> tell)
{
    static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly ProxyHealth health = new(time);
    volatile ProxyConfiguration? configuration;
    volatile NodeTable table = NodeTable.Empty;

    /// <summary>A change came, which <see cref="Starting"/> and <see cref="Applied"/> are to follow. From any thread.</summary>
    public void Queued() => health.Queued();

    /// <summary>All that came until now is being applied.</summary>
    /// <param name="node">The Node that this is, as the API has it; null if it has none.</param>
    public void Starting(ProxyConfiguration wished, Node? node)
    {
        health.Timeout = 2 * wished.SyncPeriod;
        health.Starting(node);
        if (configuration == wished) return;
        configuration = wished;
        signal.Writer.TryWrite(true);
    }

    /// <summary>The kernel serves the table.</summary>
    public void Applied(NodeTable served)
    {
        health.Applied();
        if (ReferenceEquals(table.HealthChecks, served.HealthChecks) && table.NodePortAddresses.SetEquals(served.NodePortAddresses)) return;
        table = served;
        signal.Writer.TryWrite(true);
    }

    /// <summary>Listens until cancelled; for the first time at the first <see cref="Starting"/>.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var engine = await HttpEngine.StartAsync(cancellation).ConfigureAwait(false);
        using var ports = new HttpPorts(engine.Connections, options.InNode);
        while (true)
        {
            var settled = configuration is not { } wished || ports.Follow(Sites(wished, table));
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

    Dictionary<IPEndPoint, HttpSite> Sites(ProxyConfiguration wished, NodeTable served)
    {
        var sites = new Dictionary<IPEndPoint, HttpSite>();
        var everywhere = wished.Settings.NodePortsEverywhere;
        IPAddress[] addresses = everywhere ? [IPAddress.IPv6Any] : [.. served.NodePortAddresses.Select(a => a.ToIPAddress())];
        foreach (var (port, check) in served.HealthChecks)
        {
            var site = new HttpSite(new ServiceHealthSite(check, health).ServeAsync, why => ServiceRefused(check.Service, why));
            foreach (var address in addresses) sites[new(address, port)] = site;
        }
        sites[IPEndPoint.Parse(wished.HealthzBindAddress)] = new(new HealthzSite(health, (_, _) => { }).ServeAsync, ProxyRefused);
        return sites;
    }

    void ServiceRefused(ServiceKey service, string why) =>
        tell(new() { Kind = "Service", ApiVersion = "v1", Namespace = service.Namespace, Name = service.Name, Uid = $"{service.Namespace}/{service.Name}" },
            "FailedToStartServiceHealthcheck", $"node {options.Node} failed to start the health check of {service.Namespace}/{service.Name}: {why}");

    void ProxyRefused(string why) =>
        tell(options.NodeReference, "FailedToStartProxierHealthcheck", $"node {options.Node} failed to start the proxy's health check: {why}");
}
