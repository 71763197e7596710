namespace Fairlead.Server.Tests.Allocation;

/// <summary>Node ports are held by number alone; one Service may use its number for several protocols.</summary>
public sealed class NodePortTests(NodePortTests.Server fixture) : IClassFixture<NodePortTests.Server>
{
    const string Services = "/api/v1/namespaces/default/services";

    // Fifty ports, of which the first sixteen are given on request.
    public sealed class Server : IAsyncLifetime
    {
        public TestServer Api { get; } = new() { NodePorts = (30000, 30049) };
        public ValueTask InitializeAsync() => Api.InitializeAsync();
        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }

    readonly TestServer server = fixture.Api;

    static string Service(string name, string spec) => $"{{\"metadata\":{{\"name\":\"{name}\"}},\"spec\":{{{spec}}}}}";

    static string Ports(Answer answer) => string.Join(' ', answer.Json["spec"]!["ports"]!.AsArray().Select(p => (string?)p!["nodePort"]?.ToString() ?? "-"));

    const string Dns = "\"ports\":[{\"name\":\"a\",\"port\":53,\"protocol\":\"UDP\"},{\"name\":\"b\",\"port\":53}]";
    const string DnsAsked = "\"ports\":[{\"name\":\"a\",\"port\":53,\"protocol\":\"UDP\"},{\"name\":\"b\",\"port\":53,\"nodePort\":30001}]";
    const string OneNumber = "\"ports\":[{\"name\":\"a\",\"port\":53,\"protocol\":\"UDP\",\"nodePort\":30002},{\"name\":\"b\",\"port\":54,\"nodePort\":30002}]";

    [Theory]
    [InlineData("one number for both protocols of a port", "NodePort", Dns, "same")]
    [InlineData("the number that one of them asks for", "NodePort", DnsAsked, "30001 30001")]
    [InlineData("two ports may not share in a new Service", "NodePort", OneNumber, "spec.ports[1].nodePort: Invalid value: 30002: provided port is already allocated")]
    [InlineData("out of range", "NodePort", "\"ports\":[{\"port\":80,\"nodePort\":31000}]",
        "spec.ports[0].nodePort: Invalid value: 31000: provided port is not in the valid range. The range of valid ports is 30000-30049")]
    [InlineData("a balancer that needs none", "LoadBalancer", "\"allocateLoadBalancerNodePorts\":false,\"ports\":[{\"port\":80}]", "-")]
    [InlineData("a balancer that needs none but asks", "LoadBalancer", "\"allocateLoadBalancerNodePorts\":false,\"ports\":[{\"name\":\"a\",\"port\":80,\"nodePort\":30003},{\"name\":\"b\",\"port\":81}]", "30003 -")]
    public async Task A_new_Service(string name, string type, string spec, string expected)
    {
        var id = $"n{Math.Abs(name.GetHashCode())}";
        var made = await server.PostAsync(Services, Service(id, $"\"type\":\"{type}\",{spec}"));
        if (made.Code == 201)
        {
            var ports = Ports(made);
            Assert.True(expected == "same" ? ports.Split(' ').Distinct().Single() is not "-" : expected == ports, $"{name}: {ports}");
        }
        else Assert.True(made.Message!.EndsWith(expected, StringComparison.Ordinal), $"{name}: {made.Message}");
        await server.DeleteAsync($"{Services}/{id}");
    }

    [Theory]
    [InlineData("a port keeps its number by its name", "[{\"name\":\"a\",\"port\":81}]", "30005")]
    [InlineData("another name, another number", "[{\"name\":\"b\",\"port\":80,\"nodePort\":30006}]", "30006")]
    [InlineData("a second protocol on the number", "[{\"name\":\"a\",\"port\":80,\"nodePort\":30005},{\"name\":\"u\",\"port\":90,\"protocol\":\"UDP\",\"nodePort\":30005}]", "30005 30005")]
    [InlineData("two ports may share a new one in a change", "[{\"name\":\"a\",\"port\":80,\"nodePort\":30007},{\"name\":\"u\",\"port\":90,\"protocol\":\"UDP\",\"nodePort\":30007}]", "30007 30007")]
    public async Task A_change(string name, string ports, string expected)
    {
        var path = $"{Services}/c{Math.Abs(name.GetHashCode())}";
        Assert.Equal(201, (await server.PostAsync(Services, Service(path[(Services.Length + 1)..], "\"type\":\"NodePort\",\"ports\":[{\"name\":\"a\",\"port\":80,\"nodePort\":30005}]"))).Code);
        var changed = await server.PatchAsync(path, "application/merge-patch+json", $$"""{"spec":{"ports":{{ports}} } }""");
        Assert.True(expected == Ports(changed), $"{name}: {Ports(changed)}");
        await server.DeleteAsync(path);
        // All are free again.
        var again = await server.PostAsync(Services, Service("again", "\"type\":\"NodePort\",\"ports\":[{\"name\":\"a\",\"port\":80,\"nodePort\":30005},{\"name\":\"b\",\"port\":81,\"nodePort\":30007}]"));
        Assert.Equal(201, again.Code);
        await server.DeleteAsync($"{Services}/again");
    }

    [Fact]
    public async Task A_type_s_ports_come_and_go_with_it()
    {
        var path = $"{Services}/types";
        await server.PostAsync(Services, Service("types", "\"type\":\"LoadBalancer\",\"externalTrafficPolicy\":\"Local\",\"healthCheckNodePort\":30009,\"ports\":[{\"port\":80,\"nodePort\":30008}]"));
        var taken = await server.PostAsync(Services, Service("other", "\"type\":\"LoadBalancer\",\"externalTrafficPolicy\":\"Local\",\"healthCheckNodePort\":30009,\"ports\":[{\"port\":80}]"));
        Assert.Equal((500, "Internal error occurred: failed to allocate requested HealthCheck NodePort 30009: provided port is already allocated"), (taken.Code, taken.Message));
        var changed = await server.PatchAsync(path, "application/merge-patch+json", """{"spec":{"type":"ClusterIP"}}""");
        Assert.Equal(("-", null, null, null), (Ports(changed), changed.At("spec.healthCheckNodePort"), changed.At("spec.externalTrafficPolicy"), changed.At("spec.allocateLoadBalancerNodePorts")));
        Assert.Equal(201, (await server.PostAsync(Services, Service("other", "\"type\":\"NodePort\",\"ports\":[{\"name\":\"a\",\"port\":80,\"nodePort\":30008},{\"name\":\"b\",\"port\":81,\"nodePort\":30009}]"))).Code);
        foreach (var name in (string[])["types", "other"]) await server.DeleteAsync($"{Services}/{name}");
    }

    [Fact]
    public async Task When_all_are_given_the_next_is_refused_and_the_low_ones_come_last()
    {
        var given = new List<int>();
        for (var i = 0; i < 50; i++)
        {
            var made = await server.PostAsync(Services, Service($"full{i}", "\"type\":\"NodePort\",\"ports\":[{\"port\":80}]"));
            Assert.Equal(201, made.Code);
            given.Add(int.Parse(Ports(made)));
        }
        Assert.Equal(50, given.Distinct().Count());
        Assert.All(given.Take(34), p => Assert.InRange(p, 30016, 30049));
        var full = await server.PostAsync(Services, Service("one-more", "\"type\":\"NodePort\",\"ports\":[{\"port\":80}]"));
        Assert.Equal((500, "Internal error occurred: failed to allocate a nodePort: range is full"), (full.Code, full.Message));
        Assert.Null((await server.GetAsync("/apis/networking.k8s.io/v1/ipaddresses")).Json["items"]!.AsArray().FirstOrDefault(a => (string?)a!["spec"]!["parentRef"]!["name"] == "one-more"));
        for (var i = 0; i < 50; i++) await server.DeleteAsync($"{Services}/full{i}");
    }
}
