using System.Net;
using System.Text.RegularExpressions;
using Fairlead.Api.Core.V1;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Json;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Health;

/// <summary>The proxy's own health, by sockets. Needs root.</summary>
[Collection(KernelCollection.Name)]
public sealed partial class ProxyHealthTests(Lab lab)
{
    const string Healthz = "http://192.0.2.1:10256/healthz", Livez = "http://192.0.2.1:10256/livez";

    [Fact]
    public async Task BothAnswerOnAllAddressesAndNothingElseDoes()
    {
        await using var run = await ProxyRun.StartAsync(lab, _ => { });
        Assert.Matches(HealthzBody(), await run.BecomesAsync(HttpStatusCode.OK, Healthz));
        Assert.Matches(LivezBody(), await run.BecomesAsync(HttpStatusCode.OK, Livez));
        await run.BecomesAsync(HttpStatusCode.OK, "http://[2001:db8::1]:10256/healthz?probe=1");
        foreach (var path in (string[])["/", "/healthz/", "/healthzz", "/metrics"])
        {
            Assert.Equal("404 page not found\n", await run.BecomesAsync(HttpStatusCode.NotFound, $"http://192.0.2.1:10256{path}"));
        }
    }

    [Theory]
    [InlineData("HEAD", ""), InlineData("POST", null), InlineData("OPTIONS", null)]
    public async Task EveryMethodIsAnsweredAsGetIs(string method, string? body)
    {
        await using var run = await ProxyRun.StartAsync(lab, _ => { });
        await run.BecomesAsync(HttpStatusCode.OK, Healthz);
        using var answer = await run.SendAsync(2, new(method), Healthz);
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        var text = await answer.Content.ReadAsStringAsync();
        if (body is null) Assert.Matches(HealthzBody(), text);
        else Assert.Equal(body, text);
    }

    [Fact]
    public async Task ChangesThatAreNotServedInTimeMakeItUnhealthyUntilTheyAre()
    {
        var service = Service("s", Spec() with { ExternalTrafficPolicy = "Local", HealthCheckNodePort = 32000 });
        await using var run = await ProxyRun.StartAsync(lab, api =>
        {
            api.Add(ProxyRun.Configuration("nftables: { syncPeriod: 100ms }"));
            api.Add(service);
            api.Add(Slice("s", false, [Pod(1)]));
        });
        await run.BecomesAsync(HttpStatusCode.OK, Healthz);
        await run.BecomesAsync(HttpStatusCode.OK, "http://192.0.2.1:32000/");
        run.Plane.Refuses = true;
        run.Api.Change("MODIFIED", Slice("s", false, [Pod(1), Pod(2)]));
        var (first, second) = (JsonNode.Parse(await run.BecomesAsync(HttpStatusCode.ServiceUnavailable, Healthz))!, JsonNode.Parse(await run.BecomesAsync(HttpStatusCode.ServiceUnavailable, Livez))!);
        Assert.True((bool)first["nodeEligible"]!);
        Assert.Equal((string?)first["lastUpdated"], (string?)second["lastUpdated"]);
        Assert.NotEqual((string?)second["lastUpdated"], (string?)second["currentTime"]);
        var check = JsonNode.Parse(await run.BecomesAsync(HttpStatusCode.ServiceUnavailable, "http://192.0.2.1:32000/"))!;
        Assert.Equal((1, false), ((int)check["localEndpoints"]!, (bool)check["serviceProxyHealthy"]!));

        run.Plane.Refuses = false;
        await run.BecomesAsync(HttpStatusCode.OK, Healthz);
        await run.BecomesAsync(HttpStatusCode.OK, Livez);
        check = JsonNode.Parse(await run.BecomesAsync(HttpStatusCode.OK, "http://192.0.2.1:32000/"))!;
        Assert.Equal((2, true), ((int)check["localEndpoints"]!, (bool)check["serviceProxyHealthy"]!));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task ANodeThatIsAboutToBeDeletedGetsNoTrafficAndIsAlive(bool byTaint)
    {
        await using var run = await ProxyRun.StartAsync(lab, _ => { });
        await run.BecomesAsync(HttpStatusCode.OK, Healthz);
        var node = lab.Node(1).Node;
        run.Api.Change("MODIFIED", byTaint
            ? node with { Spec = new() { Taints = [new() { Key = "ToBeDeletedByClusterAutoscaler", Effect = "NoSchedule" }] } }
            : node with { Metadata = node.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } });
        Assert.False((bool)JsonNode.Parse(await run.BecomesAsync(HttpStatusCode.ServiceUnavailable, Healthz))!["nodeEligible"]!);
        await run.BecomesAsync(HttpStatusCode.OK, Livez);
        run.Api.Change("MODIFIED", node);
        await run.BecomesAsync(HttpStatusCode.OK, Healthz);
    }

    [Fact]
    public async Task TheAddressFollowsTheConfiguration()
    {
        await using var run = await ProxyRun.StartAsync(lab, api => api.Add(ProxyRun.Configuration("healthzBindAddress: 192.0.2.1:10000")));
        await run.BecomesAsync(HttpStatusCode.OK, "http://192.0.2.1:10000/healthz");
        run.Api.Change("MODIFIED", ProxyRun.Configuration("healthzBindAddress: \"[2001:db8::1]:10001\""));
        await run.BecomesAsync(HttpStatusCode.OK, "http://[2001:db8::1]:10001/healthz");
        await run.ClosesAsync("http://192.0.2.1:10000/healthz");
        // One that is not the node's is told, and the next is taken.
        run.Api.Change("MODIFIED", ProxyRun.Configuration("healthzBindAddress: 192.0.2.77:10002"));
        await ProxyRun.UntilAsync("an Event", () => Task.FromResult(run.Api.Created.FirstOrDefault(c => c.Contains("FailedToStartProxierHealthcheck", StringComparison.Ordinal))));
        run.Api.Change("DELETED", ProxyRun.Configuration(""));
        await run.BecomesAsync(HttpStatusCode.OK, Healthz);
    }

    [GeneratedRegex("""^\{"lastUpdated": "20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000 UTC","currentTime": "[^"]+", "nodeEligible": true\}$""")]
    private static partial Regex HealthzBody();

    [GeneratedRegex("""^\{"lastUpdated": "[^"]+","currentTime": "[^"]+"\}$""")]
    private static partial Regex LivezBody();
}
