using System.Net;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Server.Tests.Aggregation;

namespace Fairlead.Conformance.ApiMachinery;

/// <summary>The sample API server is one of this process instead of a container; it has a cluster of its own, so that others' discovery stays whole.</summary>
public sealed class Aggregator : IAsyncLifetime
{
    const string ApiServices = "/apis/apiregistration.k8s.io/v1/apiservices";
    const string Name = $"{SecondServer.Version}.{SecondServer.Group}";

    readonly X509Certificate2 proxyAuthority = TestCertificates.MakeAuthority("CN=front-proxy-ca");
    readonly TestServer server;
    SecondServer sample = null!;

    public Aggregator() => server = new()
    {
        Change = o => o with { RequestHeaders = new([proxyAuthority]), ProxyClientCertificate = TestCertificates.Client("CN=front-proxy-client", proxyAuthority) },
    };

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        sample = await SecondServer.StartAsync(proxyAuthority);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await sample.DisposeAsync();
        proxyAuthority.Dispose();
    }

    [Fact(DisplayName = "[sig-api-machinery] Aggregator Should be able to support the 1.17 Sample API Server using the current Aggregator [Conformance]")]
    public async Task SampleServer()
    {
        await server.PostAsync($"/api/v1/namespaces/{SecondServer.Namespace}/services", $$$"""{"metadata":{"name":"{{{SecondServer.Service}}}"},"spec":{"type":"ExternalName","externalName":"localhost"}}""");
        var made = await server.PostAsync(ApiServices, $$$"""
            {"metadata":{"name":"{{{Name}}}","labels":{"sample":"1"}},"spec":{"group":"{{{SecondServer.Group}}}","version":"{{{SecondServer.Version}}}","groupPriorityMinimum":2000,"versionPriority":200,
             "service":{"namespace":"{{{SecondServer.Namespace}}}","name":"{{{SecondServer.Service}}}","port":{{{sample.Port}}}},"caBundle":"{{{sample.Bundle}}}"} }
            """);
        Assert.True(made.Code == 201, made.Text);
        await UntilAsync(async () => (await server.GetAsync($"{ApiServices}/{Name}")).Json["status"].Text("conditions.0.status") == "True");

        var path = $"{SecondServer.Path}/namespaces/default/flunders";
        Assert.Equal(201, (await server.PostAsync(path, """{"apiVersion":"wardle.example.com/v1alpha1","kind":"Flunder","metadata":{"name":"rest-flunder"}}""")).Code);
        Assert.Equal("rest-flunder", (await server.GetAsync(path)).At("items.0.metadata.name"));
        var groups = (await server.GetAsync("/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")).Json["items"]!.AsArray();
        Assert.Equal("flunders", groups.Single(g => g.Text("metadata.name") == SecondServer.Group).Text("versions.0.resources.0.resource"));
        Assert.Equal(200, (await server.DeleteAsync($"{path}/rest-flunder")).Code);
        Assert.Empty((await server.GetAsync(path)).Json["items"]!.AsArray());

        Assert.Equal("Passed", (await server.GetAsync($"{ApiServices}/{Name}/status")).At("status.conditions.0.reason"));
        Assert.Equal("400", (await server.PatchAsync($"{ApiServices}/{Name}", "application/merge-patch+json", """{"spec":{"versionPriority":400}}""")).At("spec.versionPriority"));
        Assert.Contains((await server.GetAsync(ApiServices)).Json["items"]!.AsArray(), a => a.Text("metadata.name") == Name && a.Number("spec.versionPriority") == 400);
        Assert.Equal("added", (await server.PatchAsync($"{ApiServices}/{Name}", "application/merge-patch+json", """{"metadata":{"labels":{"extra":"added"}}}""")).At("metadata.labels.extra"));
        var update = (await server.GetAsync($"{ApiServices}/{Name}")).Json;
        update["status"]!["conditions"]!.AsArray().Add(JsonNode.Parse("""{"type":"StatusUpdated","status":"True","reason":"E2E","message":"Set from e2e test"}"""));
        Assert.Equal(200, (await server.PutAsync($"{ApiServices}/{Name}/status", update.ToJsonString())).Code);
        Assert.Contains((await server.GetAsync($"{ApiServices}/{Name}/status")).Json["status"]!["conditions"]!.AsArray(), c => c.Text("message") == "Set from e2e test");
        update = (await server.GetAsync($"{ApiServices}/{Name}")).Json;
        update["metadata"]!["labels"]!["replaced"] = "yes";
        Assert.Equal("yes", (await server.PutAsync($"{ApiServices}/{Name}", update.ToJsonString())).At("metadata.labels.replaced"));
        Assert.Equal(200, (await server.DeleteAsync($"{ApiServices}?labelSelector=sample%3D1")).Code);
        Assert.Equal(404, (await server.GetAsync($"{ApiServices}/{Name}")).Code);
        Assert.Equal((int)HttpStatusCode.NotFound, (await server.GetAsync(path)).Code);
    }

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var until = DateTime.UtcNow.AddSeconds(20);
        while (!await holds())
        {
            Assert.True(DateTime.UtcNow < until, "it did not come true within 20 seconds");
            await Task.Delay(20);
        }
    }
}
