namespace Fairlead.Server.Tests;

public sealed class ComponentStatusTests : IAsyncLifetime
{
    const string Path = "/api/v1/componentstatuses";

    readonly TestServer server = new()
    {
        Change = o => o with { Components = [new("scheduler", _ => new((string?)null)), new("controller-manager", _ => throw new IOException("connection refused"))] },
    };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Each_component_is_asked_and_shown_as_kubectl_prints_it()
    {
        var list = await server.GetAsync(Path);
        Assert.Equal((200, "ComponentStatusList", "v1"), (list.Code, list.At("kind"), list.At("apiVersion")));
        Assert.Equal("299 - \"v1 ComponentStatus is deprecated in v1.19+\"", Assert.Single(list.Warnings));
        var table = await server.GetAsync(Path, "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal(["Name", "Status", "Message", "Error"], table.Json["columnDefinitions"]!.AsArray().Select(c => (string)c!["name"]!));
        Assert.Equal(["scheduler|Healthy|ok|", "controller-manager|Unhealthy||connection refused", "etcd-0|Healthy|ok|"],
            table.Json["rows"]!.AsArray().Select(r => string.Join('|', r!["cells"]!.AsArray())));
    }

    [Fact]
    public async Task One_of_them_by_name()
    {
        var one = await server.GetAsync($"{Path}/etcd-0");
        Assert.Equal(("ComponentStatus", "Healthy", "True", "ok"), (one.At("kind"), one.At("conditions.0.type"), one.At("conditions.0.status"), one.At("conditions.0.message")));
        var none = await server.GetAsync($"{Path}/none");
        Assert.Equal((404, "componentstatuses \"none\" not found"), (none.Code, none.Message));
        Assert.Equal("etcd-0", (await server.GetAsync($"{Path}?fieldSelector=metadata.name%3Detcd-0")).At("items.0.metadata.name"));
    }

    [Theory]
    [InlineData("POST", Path, 405)]
    [InlineData("DELETE", $"{Path}/etcd-0", 405)]
    [InlineData("GET", $"{Path}?watch=1", 405)]
    public async Task They_are_read_alone(string method, string path, int code) =>
        Assert.Equal(code, (await server.SendAsync(new HttpMethod(method), path, method == "POST" ? """{"metadata":{"name":"x"}}""" : null)).Code);

    [Fact]
    public async Task Discovery_names_them()
    {
        var entry = (await server.GetAsync("/api/v1")).Json["resources"]!.AsArray().Single(r => (string?)r!["name"] == "componentstatuses")!;
        Assert.Equal("""{"name":"componentstatuses","singularName":"componentstatus","namespaced":false,"kind":"ComponentStatus","verbs":["get","list"],"shortNames":["cs"]}""", entry.ToJsonString());
    }
}
