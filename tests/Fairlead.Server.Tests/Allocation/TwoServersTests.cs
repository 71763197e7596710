using Fairlead.Store.Memory;

namespace Fairlead.Server.Tests.Allocation;

/// <summary>Two servers on one store give nothing out twice.</summary>
public sealed class TwoServersTests : IAsyncLifetime
{
    static readonly InMemoryStore Shared = new();
    readonly TestServer one = new() { Store = Shared, NodePorts = (30000, 30015) };
    readonly TestServer two = new() { Store = Shared, NodePorts = (30000, 30015) };

    public async ValueTask InitializeAsync()
    {
        await one.InitializeAsync();
        await two.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await two.DisposeAsync();
        await one.DisposeAsync();
    }

    static Task<Answer> ServiceAsync(TestServer server, string name, int port = 0, string query = "") => server.PostAsync($"/api/v1/namespaces/default/services{query}",
        $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"type":"NodePort","ports":[{"port":80{{{(port == 0 ? "" : $",\"nodePort\":{port}")}}}}]}}""");

    [Fact]
    public async Task Node_ports_are_given_once_until_there_are_none()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => ServiceAsync(i % 2 == 0 ? one : two, $"s{i}")));
        Assert.All(made, m => Assert.Equal(201, m.Code));
        Assert.Equal(Enumerable.Range(30000, 16).Select(p => $"{p}"), made.Select(m => m.At("spec.ports.0.nodePort")).Order());
        Assert.Equal(16, made.Select(m => m.At("spec.clusterIP")).Distinct().Count());

        var full = await ServiceAsync(one, "more");
        Assert.Equal((500, "Internal error occurred: failed to allocate a nodePort: range is full"), (full.Code, full.Message));
        // What one server gives back the other may give out.
        Assert.Equal(200, (await two.DeleteAsync("/api/v1/namespaces/default/services/s3")).Code);
        var free = made[3].At("spec.ports.0.nodePort")!;
        Assert.Equal(201, (await ServiceAsync(one, "dry", query: "?dryRun=All")).Code);
        var again = await ServiceAsync(one, "more");
        Assert.Equal((201, free), (again.Code, again.At("spec.ports.0.nodePort")));
        var taken = await ServiceAsync(two, "asks", 30004);
        Assert.Equal(422, taken.Code);
        Assert.Contains("provided port is already allocated", taken.Message);
    }
}
