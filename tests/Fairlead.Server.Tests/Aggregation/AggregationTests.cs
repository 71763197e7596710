using System.Net.WebSockets;
using System.Text;

namespace Fairlead.Server.Tests.Aggregation;

/// <summary>Requests that go through this server to another one.</summary>
public sealed class AggregationTests(AggregatedServers servers) : IClassFixture<AggregatedServers>
{
    readonly TestServer server = servers.Server;
    readonly SecondServer second = servers.Second;

    [Fact]
    public async Task A_request_reaches_the_second_server_as_its_user()
    {
        var ns = await server.NamespaceAsync("aggregated");
        var path = $"{SecondServer.Path}/namespaces/{ns}/flunders";
        var made = await server.PostAsync(path, """{"metadata":{"name":"a"},"spec":{"reference":"b"}}""");
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal("Flunder", made.At("kind"));
        var got = await server.GetAsync($"{path}/a?pretty=false&x=%2Fy");
        Assert.Equal((200, "b"), (got.Code, got.At("spec.reference")));
        Assert.Equal($"{path}/a?pretty=false&x=%2Fy", second.LastTarget);
        Assert.Equal("admin", second.LastHeaders["X-Remote-User"]);
        Assert.Equal("system:masters|system:authenticated", second.LastHeaders["X-Remote-Group"]);
        Assert.Equal($"{SecondServer.Service}.{SecondServer.Namespace}.svc", second.LastHeaders["Host"]);
        Assert.Equal("a", (await server.GetAsync(path)).At("items.0.metadata.name"));
        Assert.Equal(404, (await server.GetAsync($"{path}/none")).Code);
        Assert.Equal(200, (await server.DeleteAsync($"{path}/a")).Code);
        Assert.Equal(404, (await server.GetAsync($"{path}/a")).Code);
    }
}
