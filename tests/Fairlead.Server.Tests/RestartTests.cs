using System.Net;
using Fairlead.Api.Resources;
using Fairlead.Store.Memory;

namespace Fairlead.Server.Tests;

public class RestartTests
{
    [Fact]
    public async Task A_server_starts_again_on_the_store_of_an_earlier_one()
    {
        await using var store = new InMemoryStore();
        for (var start = 0; start < 2; start++)
        {
            await using var server = new ApiServer(new ApiServerOptions
            {
                Listen = new(IPAddress.Loopback, 0),
                Advertise = IPAddress.Parse($"192.0.2.{start + 1}"),
                ClusterDns = IPAddress.Parse("10.96.0.10"),
                Certificate = TestCertificates.Server(),
                ClientAuthority = TestCertificates.Authority,
                Store = store,
                Resources = BuiltInResources.All,
            });
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
