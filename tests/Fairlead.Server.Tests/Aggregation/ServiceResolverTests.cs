using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Resources;
using Fairlead.Server.Relaying;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Tests.Aggregation;

/// <summary>From a Service to addresses, as webhooks, other API servers and the proxy ask for them.</summary>
[Collection(nameof(TestServer))]
public sealed class ServiceResolverTests(TestServer server)
{
    const string Ports = "\"ports\":[{\"name\":\"https\",\"port\":443,\"targetPort\":8443},{\"name\":\"other\",\"port\":80}]";

    [Fact]
    public async Task Ready_endpoints_come_before_the_cluster_address()
    {
        var ns = await server.NamespaceAsync("resolve");
        var resolver = new ServiceResolver(server.Store, new ResourceCatalog(BuiltInResources.All));
        async Task<string> Resolve(string name, int port = 443)
        {
            var address = await resolver.ResolveAsync(ns, name, port, CancellationToken.None);
            return address.Points.Count > 0 ? string.Join(' ', address.Points.Select(p => p.ToString()).Order()) : address.Why;
        }

        Assert.Equal("service \"web\" not found", await Resolve("web"));
        var made = await server.PostAsync($"/api/v1/namespaces/{ns}/services", $$$"""{"metadata":{"name":"web"},"spec":{{{{Ports}}} } }""");
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal($"{made.At("spec.clusterIP")}:443", await Resolve("web"));
        Assert.Equal("no service port 444 found for service \"web\"", await Resolve("web", 444));
        await SliceAsync("web-1", """{"addresses":["10.244.0.1"]},{"addresses":["10.244.0.2"],"conditions":{"ready":false}},{"addresses":["10.244.0.3"],"conditions":{"ready":true}}""");
        await SliceAsync("web-2", """{"addresses":["10.244.1.1"]}""");
        Assert.Equal("10.244.0.1:8443 10.244.0.3:8443 10.244.1.1:8443", await Resolve("web"));
        Assert.Equal($"{made.At("spec.clusterIP")}:80", await Resolve("web", 80)); // no slice has that port

        await server.PostAsync($"/api/v1/namespaces/{ns}/services", $$$"""{"metadata":{"name":"headless"},"spec":{"clusterIP":"None",{{{Ports}}} } }""");
        Assert.Equal("no endpoints available for service \"headless\"", await Resolve("headless"));
        await server.PostAsync($"/api/v1/namespaces/{ns}/services", """{"metadata":{"name":"away"},"spec":{"type":"ExternalName","externalName":"api.example.com"}}""");
        Assert.Equal("Unspecified/api.example.com:8443", await Resolve("away", 8443));

        async Task SliceAsync(string name, string endpoints) => Assert.Equal(201, (await server.PostAsync($"/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices", $$$"""
            {"metadata":{"name":"{{{name}}}","labels":{"kubernetes.io/service-name":"web"}},"addressType":"IPv4","ports":[{"name":"https","port":8443}],"endpoints":[{{{endpoints}}}]}
            """)).Code);
    }

    [Fact]
    public async Task An_endpoint_that_takes_no_connection_is_passed_over()
    {
        using var open = new TcpListener(IPAddress.Loopback, 0);
        open.Start();
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound and not listening: refused
        await using var stream = await ServiceResolver.ConnectAsync([closed.LocalEndPoint!, new DnsEndPoint("localhost", ((IPEndPoint)open.LocalEndpoint).Port)], CancellationToken.None);
        Assert.True(stream.CanWrite);
        await Assert.ThrowsAsync<SocketException>(async () => await ServiceResolver.ConnectAsync([closed.LocalEndPoint!], CancellationToken.None));
    }

    [Fact]
    public async Task The_proxy_of_a_Service_without_endpoints_is_unavailable()
    {
        var ns = await server.NamespaceAsync("noendpoints");
        await server.PostAsync($"/api/v1/namespaces/{ns}/services", $$$"""{"metadata":{"name":"web"},"spec":{{{{Ports}}} } }""");
        var refused = await server.GetAsync($"/api/v1/namespaces/{ns}/services/web:https/proxy/");
        Assert.Equal((503, "no endpoints available for service \"web\""), (refused.Code, refused.Message));
    }
}
