using System.Net;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Health;

/// <summary>The proxy's metrics, by sockets. Needs root.</summary>
[Collection(KernelCollection.Name)]
public sealed class ProxyMetricsTests(Lab lab)
{
    const string Port = "http://127.0.0.1:10249";

    static async Task<ScrapedMetrics> ScrapeAsync(ProxyRun run, string at = Port) => new(await run.BecomesAsync(HttpStatusCode.OK, at + "/metrics"));

    static Task<ScrapedMetrics> UntilAsync(ProxyRun run, string what, Func<ScrapedMetrics, bool> holds) => ProxyRun.UntilAsync(what, async () =>
    {
        var metrics = await ScrapeAsync(run);
        return holds(metrics) ? metrics : null;
    });

    static EndpointSlice Triggered(EndpointSlice slice, DateTimeOffset at) => slice with
    {
        Metadata = slice.Metadata with { Annotations = new Dictionary<string, string> { ["endpoints.kubernetes.io/last-change-trigger-time"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'01Z'") } },
    };

    [Fact]
    public async Task TheNamesAreKubeProxys()
    {
        await using var run = await ProxyRun.StartAsync(lab, _ => { });
        var types = (await ScrapeAsync(run)).Types;
        Assert.All((string[])["sync_proxy_rules_duration_seconds", "sync_full_proxy_rules_duration_seconds", "sync_partial_proxy_rules_duration_seconds", "network_programming_duration_seconds"],
            name => Assert.Equal("histogram", types["kubeproxy_" + name]));
        Assert.All((string[])["endpoint_changes_pending", "service_changes_pending", "last_timestamp_seconds", "last_queued_timestamp_seconds", "no_local_endpoints_total"],
            name => Assert.Equal("gauge", types["kubeproxy_sync_proxy_rules_" + name]));
        Assert.All((string[])["kubeproxy_sync_proxy_rules_endpoint_changes_total", "kubeproxy_sync_proxy_rules_service_changes_total", "kubeproxy_proxy_healthz_total", "kubeproxy_proxy_livez_total"],
            name => Assert.Equal("counter", types[name]));
        Assert.Contains("process_cpu_seconds_total", types.Keys);
    }

    [Fact]
    public async Task ChangesAreCountedAndPendUntilTheyAreServed()
    {
        await using var run = await ProxyRun.StartAsync(lab, api => api.Add(Service("s", Spec())));
        var before = await UntilAsync(run, "the first lists are served", m => m["kubeproxy_sync_proxy_rules_service_changes_pending"] == 0);
        Assert.Equal((1, 0), (before["kubeproxy_sync_proxy_rules_service_changes_total"], before["kubeproxy_sync_proxy_rules_endpoint_changes_total"]));
        Assert.True(before["kubeproxy_sync_full_proxy_rules_duration_seconds_count"] >= 1);

        run.Plane.Refuses = true;
        run.Api.Change("ADDED", Triggered(Slice("s", false, [Pod(1)]), DateTimeOffset.UtcNow));
        var refused = await UntilAsync(run, "a slice pends", m => m["fairlead_sync_proxy_rules_failures_total"] > 0);
        Assert.Equal((1, 1, 0), (refused["kubeproxy_sync_proxy_rules_endpoint_changes_total"], refused["kubeproxy_sync_proxy_rules_endpoint_changes_pending"], refused["kubeproxy_sync_proxy_rules_service_changes_pending"]));
        Assert.Equal(0, refused["kubeproxy_network_programming_duration_seconds_count"]);
        Assert.Equal(before["kubeproxy_sync_proxy_rules_last_timestamp_seconds"], refused["kubeproxy_sync_proxy_rules_last_timestamp_seconds"]);

        run.Plane.Refuses = false;
        var served = await UntilAsync(run, "it is served", m => m["kubeproxy_sync_proxy_rules_endpoint_changes_pending"] == 0);
        Assert.Equal(1, served["kubeproxy_network_programming_duration_seconds_count"]);
        Assert.InRange(served["kubeproxy_network_programming_duration_seconds_sum"], 0.01, 10);
        Assert.True(served["kubeproxy_sync_proxy_rules_last_timestamp_seconds"] > before["kubeproxy_sync_proxy_rules_last_timestamp_seconds"]);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - served["kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds"], -1, 15);

        var partial = served["kubeproxy_sync_partial_proxy_rules_duration_seconds_count"];
        run.Api.Change("MODIFIED", Triggered(Slice("s", false, [Pod(2)]), DateTimeOffset.UtcNow.AddDays(-1)));
        var last = await UntilAsync(run, "a change is served by itself", m => m["kubeproxy_sync_partial_proxy_rules_duration_seconds_count"] > partial);
        Assert.Equal(served["kubeproxy_sync_full_proxy_rules_duration_seconds_count"], last["kubeproxy_sync_full_proxy_rules_duration_seconds_count"]);
        // What happened before the proxy began is not its delay.
        Assert.Equal(1, last["kubeproxy_network_programming_duration_seconds_count"]);
    }

    [Fact]
    public async Task PortsWithoutLocalEndpointsAreCountedByPolicy()
    {
        await using var run = await ProxyRun.StartAsync(lab, api =>
        {
            api.Add(Service("s", Spec() with { ExternalTrafficPolicy = "Local", InternalTrafficPolicy = "Local" }));
            api.Add(Slice("s", false, [Pod(3)]));
        });
        const string Name = "kubeproxy_sync_proxy_rules_no_local_endpoints_total";
        // TCP, UDP and SCTP.
        await UntilAsync(run, "three ports of each", m => (m[Name + "{traffic_policy=\"internal\"}"], m[Name + "{traffic_policy=\"external\"}"]) == (3, 3));
        run.Api.Change("MODIFIED", Service("s", Spec() with { ExternalTrafficPolicy = "Local" }));
        await UntilAsync(run, "three of the external policy", m => (m[Name + "{traffic_policy=\"internal\"}"], m[Name + "{traffic_policy=\"external\"}"]) == (0, 3));
        run.Api.Change("MODIFIED", Slice("s", false, [Pod(1), Pod(3)]));
        await UntilAsync(run, "none", m => m[Name + "{traffic_policy=\"external\"}"] == 0);
    }

    [Fact]
    public async Task AnswersOfHealthChecksAreCountedByCode()
    {
        await using var run = await ProxyRun.StartAsync(lab, _ => { });
        for (var i = 0; i < 3; i++) await run.BecomesAsync(HttpStatusCode.OK, "http://192.0.2.1:10256/healthz");
        await run.BecomesAsync(HttpStatusCode.OK, "http://192.0.2.1:10256/livez");
        run.Api.Change("MODIFIED", lab.Node(1).Node with { Spec = new() { Taints = [new() { Key = "ToBeDeletedByClusterAutoscaler", Effect = "NoSchedule" }] } });
        await run.BecomesAsync(HttpStatusCode.ServiceUnavailable, "http://192.0.2.1:10256/healthz");
        var metrics = await ScrapeAsync(run);
        Assert.True(metrics["kubeproxy_proxy_healthz_total{code=\"200\"}"] >= 3);
        Assert.Equal((1, 1), (metrics["kubeproxy_proxy_healthz_total{code=\"503\"}"], metrics["kubeproxy_proxy_livez_total{code=\"200\"}"]));
    }

    [Fact]
    public async Task ConnectionsAreCountedByServiceInModeNftables()
    {
        var vip = LabPlan.ClusterIP(9, false);
        await using var run = await ProxyRun.StartAsync(lab, api =>
        {
            api.Add(Service("s", new() { ClusterIP = vip.ToString(), Ports = Ports(80) }));
            api.Add(Slice("s", false, [Pod(1), Pod(2)]));
        }, [DataplaneCatalog.All.First(e => e.Mode == ProxyMode.Nftables)]);
        try
        {
            var series = $"fairlead_service_connections_total{{namespace=\"default\",service=\"s\",port_name=\"tcp\",protocol=\"TCP\",address=\"{vip}\",ip_family=\"IPv4\",port=\"80\"}}";
            Assert.Equal(0, (await ScrapeAsync(run))[series]);
            for (var i = 0; i < 3; i++) Assert.NotEqual(0, (await lab["pod1"].AskAsync(vip, TransportProtocol.Tcp, 80, TimeSpan.FromSeconds(3))).Pod);
            var metrics = await ScrapeAsync(run);
            Assert.Equal(3, metrics[series]);
            Assert.Equal(3, metrics.Series.Count(s => s.StartsWith("fairlead_service_connections_total", StringComparison.Ordinal)));
        }
        finally
        {
            lab.Use(Modes.All.First(m => m.Name == "nftables"));
            lab.Clear();
        }
    }

    [Fact]
    public async Task TheModeInUseIsOneWord()
    {
        await using var run = await ProxyRun.StartAsync(lab, _ => { }, [new(ProxyMode.Nftables, (_, _) => new FakePlane()), new(ProxyMode.Ebpf, (_, _) => new FakePlane()) ]);
        Assert.Equal("nftables", await run.BecomesAsync(HttpStatusCode.OK, Port + "/proxyMode"));
        run.Api.Change("ADDED", ProxyRun.Configuration("mode: ebpf"));
        await ProxyRun.UntilAsync("mode ebpf", async () => await run.BecomesAsync(HttpStatusCode.OK, Port + "/proxyMode") == "ebpf" ? "" : null);
        Assert.DoesNotContain((await ScrapeAsync(run)).Types.Keys, t => t == "fairlead_service_connections_total");
    }

    [Fact]
    public async Task ThePortAnswersTheNodeAloneUntilTheConfigurationSaysOtherwise()
    {
        await using var run = await ProxyRun.StartAsync(lab, _ => { });
        Assert.Equal("ok", await run.BecomesAsync(HttpStatusCode.OK, Port + "/healthz"));
        Assert.Equal("404 page not found\n", await run.BecomesAsync(HttpStatusCode.NotFound, Port + "/livez"));
        await Assert.ThrowsAsync<HttpRequestException>(() => run.SendAsync(2, HttpMethod.Get, "http://192.0.2.1:10249/metrics"));
        run.Api.Change("ADDED", ProxyRun.Configuration("metricsBindAddress: 0.0.0.0:10250"));
        await ScrapeAsync(run, "http://192.0.2.1:10250");
        await ScrapeAsync(run, "http://[2001:db8::1]:10250");
        await run.ClosesAsync(Port + "/metrics");
    }
}
