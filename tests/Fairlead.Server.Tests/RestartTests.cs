using System.Net;
using Fairlead.Api.Resources;
using Fairlead.Client;
using Fairlead.Server.Authentication;
using Fairlead.Store.Memory;

namespace Fairlead.Server.Tests;

public class RestartTests
{
    static ApiServer On(InMemoryStore store, string advertise) => new(new ApiServerOptions
    {
        Listen = new(IPAddress.Loopback, 0),
        Advertise = IPAddress.Parse(advertise),
        ClusterDns = IPAddress.Parse("10.96.0.10"),
        LoadBalancerPool = ["192.0.2.200-192.0.2.250", "2001:db8::200-2001:db8::2ff"],
        Certificate = TestCertificates.Server(),
        ClientAuthority = TestCertificates.Authority,
        Store = store,
        Resources = BuiltInResources.All,
    });

    [Fact]
    public async Task Addresses_and_node_ports_stay_taken_after_a_restart()
    {
        await using var store = new InMemoryStore();
        string Service(string name) => $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"type":"NodePort","clusterIP":"10.96.7.7","ports":[{"port":80,"nodePort":30777}]}}""";
        await using (var first = On(store, "192.0.2.1"))
        {
            await first.StartAsync(TestContext.Current.CancellationToken);
            Assert.Equal(201, (await CreateAsync(first, Service("a"))).StatusCode);
        }
        await using var second = On(store, "192.0.2.1");
        await second.StartAsync(TestContext.Current.CancellationToken);
        var refused = await CreateAsync(second, Service("b"));
        Assert.Equal(422, refused.StatusCode);
        var message = System.Text.Encoding.UTF8.GetString(refused.Body.Span);
        Assert.Contains("failed to allocate IP 10.96.7.7: provided IP is already allocated", message);
    }

    [Fact]
    public async Task The_first_pool_of_addresses_is_made_once()
    {
        await using var store = new InMemoryStore();
        const string key = "/registry/core/configmaps/kube-system/load-balancer-pools";
        for (var start = 0; start < 2; start++)
        {
            await using var server = On(store, "192.0.2.1");
            await server.StartAsync(TestContext.Current.CancellationToken);
            var map = await store.GetAsync(key, TestContext.Current.CancellationToken);
            if (start > 0)
            {
                Assert.Null(map); // it was removed, and that is respected
                continue;
            }
            Assert.Contains("- name: default\\n  addresses:\\n  - 192.0.2.200-192.0.2.250\\n  - 2001:db8::200-2001:db8::2ff\\n  autoAssign: true", System.Text.Encoding.UTF8.GetString(map!.Json.Span));
            await server.Transport(new UserInfo("admin", ["system:masters"])).SendAsync(
                new ApiRequest("DELETE", "/api/v1/namespaces/kube-system/configmaps/load-balancer-pools", null, default), TestContext.Current.CancellationToken);
        }
    }

    static Task<ApiResponse> CreateAsync(ApiServer server, string service) =>
        server.Transport(new UserInfo("admin", ["system:masters"])).SendAsync(
            new ApiRequest("POST", "/api/v1/namespaces/default/services", "application/json", System.Text.Encoding.UTF8.GetBytes(service)), TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_server_starts_again_on_the_store_of_an_earlier_one()
    {
        await using var store = new InMemoryStore();
        for (var start = 0; start < 2; start++)
        {
            await using var server = On(store, $"192.0.2.{start + 1}");
            await server.StartAsync(TestContext.Current.CancellationToken);
            await server.StopAsync();
        }
        var endpoints = await store.GetAsync("/registry/core/endpoints/default/kubernetes", TestContext.Current.CancellationToken);
        Assert.Contains("192.0.2.2", System.Text.Encoding.UTF8.GetString(endpoints!.Json.Span));
    }

    [Fact]
    public async Task An_open_watch_ends_whole_when_the_server_stops()
    {
        var server = new TestServer();
        await server.InitializeAsync();
        try
        {
            using var response = await server.Http.GetAsync("/api/v1/configmaps?watch=true", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            var rest = response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            await server.Api.StopAsync();
            // A connection that is cut off instead fails here.
            await rest.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
