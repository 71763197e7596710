namespace Fairlead.Server.Tests.Allocation;

[Collection(nameof(TestServer))]
public sealed class ServiceTests(TestServer server)
{
    static string Service(string name, string spec = "") =>
        $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"ports":[{"port":80}]{{{spec}}} }}""";

    [Fact]
    public async Task No_address_is_given_twice_under_concurrency()
    {
        var ns = await server.NamespaceAsync("svc");
        var path = $"/api/v1/namespaces/{ns}/services";
        var made = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => server.PostAsync(path, Service($"s{i}"))));
        Assert.All(made, m => Assert.Equal(201, m.Code));
        var addresses = made.Select(m => m.At("spec.clusterIP")!).ToArray();
        Assert.Equal(100, addresses.Distinct().Count());
        Assert.All(addresses, a => Assert.StartsWith("10.96.", a));
    }

    [Fact]
    public async Task A_held_address_is_refused_and_a_released_one_is_not()
    {
        var ns = await server.NamespaceAsync("svcip");
        var path = $"/api/v1/namespaces/{ns}/services";
        var asked = ",\"clusterIP\":\"10.96.0.77\"";
        Assert.Equal(201, (await server.PostAsync(path, Service("a", asked))).Code);
        var refused = await server.PostAsync(path, Service("b", asked));
        Assert.Equal(422, refused.Code);
        Assert.Contains("provided IP is already allocated", refused.Message);
        await server.DeleteAsync($"{path}/a");
        Assert.Equal(201, (await server.PostAsync(path, Service("b", asked))).Code);
    }

    [Fact]
    public async Task Service_kubernetes_has_the_first_address() =>
        Assert.Equal("10.96.0.1", (await server.GetAsync("/api/v1/namespaces/default/services/kubernetes")).At("spec.clusterIP"));

    [Fact]
    public async Task A_held_node_port_is_refused()
    {
        var ns = await server.NamespaceAsync("svcport");
        var path = $"/api/v1/namespaces/{ns}/services";
        var first = await server.PostAsync(path, Service("a", ",\"type\":\"NodePort\""));
        var port = first.At("spec.ports.0.nodePort");
        var refused = await server.PostAsync(path, $$$"""{"metadata":{"name":"b"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":{{{port}}} }]}}""");
        Assert.Equal(422, refused.Code);
        Assert.Contains("provided port is already allocated", refused.Message);
    }
}
