using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.ApiRegistration.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Json;
using Fairlead.Server.Tests;
using Fairlead.Server.Tests.Aggregation;

namespace Fairlead.Controllers.Tests.Cluster;

/// <summary>Namespaces with objects of another API server in them.</summary>
public sealed class AggregatedNamespaceTests : IAsyncLifetime
{
    readonly X509Certificate2 proxyAuthority = TestCertificates.MakeAuthority("CN=front-proxy-ca");
    readonly RunningControllers running;
    SecondServer second = null!;

    public AggregatedNamespaceTests() => running = new() { Change = o => o with { ProxyClientCertificate = TestCertificates.Client("CN=front-proxy-client", proxyAuthority) } };

    public async ValueTask InitializeAsync()
    {
        await running.InitializeAsync();
        second = await SecondServer.StartAsync(proxyAuthority);
        var client = running.Api.Client;
        await client.CreateAsync(new Service
        {
            Metadata = new ObjectMeta { Name = SecondServer.Service, Namespace = SecondServer.Namespace },
            Spec = new ServiceSpec { Type = "ExternalName", ExternalName = "localhost" },
        }, default);
        await client.CreateAsync(new APIService
        {
            Metadata = new ObjectMeta { Name = $"{SecondServer.Version}.{SecondServer.Group}" },
            Spec = new()
            {
                Group = SecondServer.Group, Version = SecondServer.Version, GroupPriorityMinimum = 1000, VersionPriority = 10, CaBundle = second.Bundle,
                Service = new() { Namespace = SecondServer.Namespace, Name = SecondServer.Service, Port = second.Port },
            },
        }, default);
        await AvailableAsync("True");
    }

    public async ValueTask DisposeAsync()
    {
        await running.DisposeAsync();
        await second.DisposeAsync();
        proxyAuthority.Dispose();
    }

    [Fact]
    public async Task They_go_with_it_and_it_waits_while_nobody_knows()
    {
        var api = running.Api;
        var ns = await api.NamespaceAsync("aggregated");
        var path = $"{SecondServer.Path}/namespaces/{ns}/flunders";
        await api.Client.RawAsync(new ApiRequest("POST", path, "application/json", """{"metadata":{"name":"a"}}"""u8.ToArray()), default);

        second.Healthy = false;
        // Its server is looked at when its Service changes.
        await api.Client.MergePatchAsync<Service>(SecondServer.Namespace, SecondServer.Service, JsonNode.Parse("""{"metadata":{"annotations":{"touched":"1"}}}""")!, "", default);
        await AvailableAsync("False");
        await api.Client.DeleteAsync<Namespace>(null, ns, new(), default);
        var waiting = await api.UntilAsync<Namespace>(null, ns, n => n.Status?.Conditions?.Any(c => c is { Type: "NamespaceDeletionDiscoveryFailure", Status: "True" }) == true);
        Assert.Contains($"{SecondServer.Group}/{SecondServer.Version}: service unavailable", waiting.Status!.Conditions!.First(c => c.Type == "NamespaceDeletionDiscoveryFailure").Message);

        second.Healthy = true;
        await AvailableAsync("True");
        await api.GoneAsync<Namespace>(null, ns);
        var left = await api.Client.RawAsync(ApiRequest.Get(path), default);
        Assert.Contains("\"items\":[]", System.Text.Encoding.UTF8.GetString(left.Body.Span), StringComparison.Ordinal);
    }

    Task<APIService> AvailableAsync(string status) => running.Api.UntilAsync<APIService>(null, $"{SecondServer.Version}.{SecondServer.Group}",
        a => a.Status?.Conditions?.Any(c => c.Type == "Available" && c.Status == status) == true);
}
