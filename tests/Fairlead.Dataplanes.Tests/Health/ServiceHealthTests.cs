using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Json;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Health;

/// <summary>healthCheckNodePort, by sockets. Needs root.</summary>
[Collection(KernelCollection.Name)]
public sealed class ServiceHealthTests(Lab lab)
{
    const int Port = 32000;
    static readonly string Url = At(Port);

    static string At(int port, string host = "192.0.2.1") => $"http://{host}:{port}/";

    static Service Local(int port) => Service("s", Spec() with { ExternalTrafficPolicy = "Local", HealthCheckNodePort = port });

    /// <param name="pods">1 and 2 are on this node, 3 and 4 on the other.</param>
    Task<ProxyRun> StartAsync(params int[] pods) => ProxyRun.StartAsync(lab, api =>
    {
        api.Add(Local(Port));
        api.Add(Slice("s", false, pods.Select(p => Pod(p))));
    });

    [Fact]
    public async Task EndpointsOfThisNodeAreCounted()
    {
        await using var run = await StartAsync(1, 2, 3);
        await run.BecomesAsync(HttpStatusCode.OK, Url);
        using var answer = await run.SendAsync(2, HttpMethod.Get, Url + "any/path");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("2", answer.Headers.GetValues("X-Load-Balancing-Endpoint-Weight").Single());
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"service":{"namespace":"default","name":"s"},"localEndpoints":2,"serviceProxyHealthy":true}"""), body), body.ToJsonString());
    }

    [Theory]
    [InlineData("192.0.2.1"), InlineData("192.0.2.101"), InlineData("[2001:db8::1]"), InlineData("[2001:db8::101]"), InlineData("10.244.1.1"), InlineData("127.0.0.1"), InlineData("[::1]")]
    public async Task AllAddressesOfTheNodeAnswer(string host)
    {
        await using var run = await StartAsync(1);
        await run.BecomesAsync(HttpStatusCode.OK, At(Port, host));
    }

    [Fact]
    public async Task EndpointsThatComeAndGoAreFollowedOnAnOpenConnection()
    {
        await using var run = await StartAsync(3);
        Assert.Equal(0, (int)JsonNode.Parse(await run.BecomesAsync(HttpStatusCode.ServiceUnavailable, Url))!["localEndpoints"]!);
        using var client = run.Client(2);
        foreach (var (pods, code) in (IEnumerable<(int[], HttpStatusCode)>)[([1, 3], HttpStatusCode.OK), ([3], HttpStatusCode.ServiceUnavailable), ([2], HttpStatusCode.OK), ([], HttpStatusCode.ServiceUnavailable)])
        {
            run.Api.Change("MODIFIED", Slice("s", false, pods.Select(p => Pod(p))));
            await ProxyRun.UntilAsync($"{code} with {string.Join(' ', pods)}", async () =>
            {
                using var answer = await client.GetAsync(Url);
                return answer.StatusCode == code ? "" : null;
            });
        }
    }

    [Fact]
    public async Task ThePortFollowsTheService()
    {
        await using var run = await StartAsync(1);
        using var open = run.Client(2);
        await run.BecomesAsync(HttpStatusCode.OK, Url);
        (await open.GetAsync(Url)).Dispose();
        run.Api.Change("MODIFIED", Local(Port + 1));
        await run.BecomesAsync(HttpStatusCode.OK, At(Port + 1));
        await run.ClosesAsync(Url);
        // Also on a connection that was open before.
        await Assert.ThrowsAsync<HttpRequestException>(() => open.GetAsync(Url));
        run.Api.Change("DELETED", Local(Port + 1));
        await run.ClosesAsync(At(Port + 1));
    }

    [Fact]
    public async Task ClusterPolicyHasNone()
    {
        await using var run = await StartAsync(1);
        await run.BecomesAsync(HttpStatusCode.OK, Url);
        run.Api.Change("MODIFIED", Service("s", Spec()));
        await run.ClosesAsync(Url);
    }

    [Fact]
    public async Task APortThatIsTakenIsToldAndTriedAgain()
    {
        using var other = lab.Node(1).Space.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        other.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.1"), Port));
        other.Listen();
        await using var run = await StartAsync(1);
        run.Api.Change("ADDED", Service("t", Spec(2, 30081) with { ExternalTrafficPolicy = "Local", HealthCheckNodePort = Port + 1 }));
        // Nothing else is kept from working.
        await run.BecomesAsync(HttpStatusCode.ServiceUnavailable, At(Port + 1));
        var told = await ProxyRun.UntilAsync("an Event", () => Task.FromResult(run.Api.Created.Select(c => JsonNode.Parse(c)!).FirstOrDefault(e => (string?)e["reason"] == "FailedToStartServiceHealthcheck")));
        Assert.Equal(("Warning", "Service", "default", "s"), ((string?)told["type"], (string?)told["involvedObject"]!["kind"], (string?)told["metadata"]!["namespace"], (string?)told["involvedObject"]!["name"]));
        Assert.Contains(run.Log, l => l.Contains("failed to start the health check of default/s", StringComparison.Ordinal));
        other.Dispose();
        await run.BecomesAsync(HttpStatusCode.OK, Url);
        Assert.Single(run.Api.Created, c => c.Contains("FailedToStartServiceHealthcheck", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NodePortAddressesAreListenedOnAlone()
    {
        await using var run = await StartAsync(1);
        await run.BecomesAsync(HttpStatusCode.OK, At(Port, "192.0.2.101"));
        run.Api.Change("ADDED", ProxyRun.Configuration("nodePortAddresses: [192.0.2.101/32, \"2001:db8::/64\"]"));
        await run.ClosesAsync(Url);
        await run.BecomesAsync(HttpStatusCode.OK, At(Port, "192.0.2.101"));
        await run.BecomesAsync(HttpStatusCode.OK, At(Port, "[2001:db8::1]"));
        run.Api.Change("MODIFIED", ProxyRun.Configuration("nodePortAddresses: []"));
        await run.BecomesAsync(HttpStatusCode.OK, Url);
    }

    [Fact]
    public async Task AnAddressThatTheNodeHasInItsStatusAloneIsNoFault()
    {
        await using var run = await StartAsync(1);
        var node = lab.Node(1).Node;
        run.Api.Change("MODIFIED", node with { Status = node.Status! with { Addresses = [.. node.Status!.Addresses!, new() { Type = "ExternalIP", Address = "203.0.113.77" }] } });
        run.Api.Change("ADDED", ProxyRun.Configuration("nodePortAddresses: [primary]"));
        await run.ClosesAsync(At(Port, "192.0.2.101"));
        await run.BecomesAsync(HttpStatusCode.OK, Url);
        // A port that is tried again a second later, and is taken then, is told: what was to be told before was told by then.
        using var other = lab.Node(1).Space.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        other.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.1"), Port + 1));
        other.Listen();
        run.Api.Change("MODIFIED", Local(Port + 1));
        var told = await ProxyRun.UntilAsync("an Event", () => Task.FromResult(run.Api.Created.FirstOrDefault(c => c.Contains("FailedToStartServiceHealthcheck", StringComparison.Ordinal))));
        Assert.Contains($"192.0.2.1:{Port + 1}", told, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Log, l => l.Contains("203.0.113.77", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OneThatSaysNothingKeepsNobodyFromAnAnswer()
    {
        await using var run = await StartAsync(1);
        await run.BecomesAsync(HttpStatusCode.OK, Url);
        var slow = new List<Socket>();
        for (var i = 0; i < 50; i++)
        {
            slow.Add(await run.ConnectAsync(2, IPEndPoint.Parse($"192.0.2.1:{Port}"), default));
            await slow[i].SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost:"));
        }
        using (var answer = await run.SendAsync(2, HttpMethod.Get, Url)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        foreach (var socket in slow) socket.Dispose();
    }
}
