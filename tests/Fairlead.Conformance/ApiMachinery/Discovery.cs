using System.Text.RegularExpressions;

namespace Fairlead.Conformance.ApiMachinery;

public sealed partial class Discovery(RunningCluster cluster)
{
    const string Aggregated = "application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList";

    /// <summary>Kinds that every cluster serves.</summary>
    static readonly (string Group, string Version, string Resource)[] Expected =
    [
        ("", "v1", "namespaces"), ("", "v1", "pods"), ("", "v1", "configmaps"), ("apps", "v1", "deployments"),
        ("coordination.k8s.io", "v1", "leases"), ("discovery.k8s.io", "v1", "endpointslices"),
    ];

    async Task<IReadOnlyList<JsonNode>> GroupsAsync() => [.. (await cluster.Server.GetAsync("/apis")).Json["groups"]!.AsArray().Select(g => g!)];

    [Fact(DisplayName = "[sig-api-machinery] Discovery should validate PreferredVersion for each APIGroup [Conformance]")]
    public async Task Preferred()
    {
        var groups = await GroupsAsync();
        Assert.NotEmpty(groups);
        foreach (var name in groups.Select(g => g.Text("name")))
        {
            var group = (await cluster.Server.GetAsync($"/apis/{name}")).Json;
            Assert.Equal(name, group.Text("name"));
            Assert.Contains(group["versions"]!.AsArray(), v => v.Text("groupVersion") == group.Text("preferredVersion.groupVersion"));
        }
    }

    [Fact(DisplayName = "[sig-api-machinery] Discovery should locate the groupVersion and a resource within each APIGroup [Conformance]")]
    public async Task Resources()
    {
        foreach (var (group, version, resource) in Expected.Where(e => e.Group.Length > 0))
        {
            Assert.Contains((await GroupsAsync()).Single(g => g.Text("name") == group)["versions"]!.AsArray(), v => v.Text("groupVersion") == $"{group}/{version}");
            var list = (await cluster.Server.GetAsync($"/apis/{group}/{version}")).Json;
            Assert.Equal(("APIResourceList", $"{group}/{version}"), (list.Text("kind"), list.Text("groupVersion")));
            Assert.Contains(list["resources"]!.AsArray(), r => r.Text("name") == resource);
        }
        foreach (var version in (await GroupsAsync()).SelectMany(g => g["versions"]!.AsArray()).Select(v => v.Text("groupVersion")))
            Assert.Equal(version, (await cluster.Server.GetAsync($"/apis/{version}")).Json.Text("groupVersion"));
    }

    async Task AggregatedAsync()
    {
        foreach (var path in (string[])["/api", "/apis"])
        {
            var answer = await cluster.Server.GetAsync(path, $"{Aggregated},application/json;q=0.9");
            Assert.Equal(("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2"), (answer.At("kind"), answer.At("apiVersion")));
            var served = answer.Json["items"]!.AsArray().SelectMany(g => g!["versions"]!.AsArray().SelectMany(v =>
                v!["resources"]!.AsArray().Select(r => (g.Text("metadata.name") ?? "", v.Text("version")!, r.Text("resource")!)))).ToHashSet();
            Assert.All(Expected.Where(e => path == "/api" == (e.Group.Length == 0)), e => Assert.Contains(e, served));
        }
    }

    [Fact(DisplayName = "[sig-api-machinery] AggregatedDiscovery should support aggregated discovery interface [Conformance]")]
    public Task Interface() => AggregatedAsync();

    [Fact(DisplayName = "[sig-api-machinery] AggregatedDiscovery should support raw aggregated discovery endpoint Accept headers [Conformance]")]
    public async Task AcceptHeaders()
    {
        await AggregatedAsync();
        // Who does not ask for it gets the documents of old.
        Assert.Equal("APIGroupList", (await cluster.Server.GetAsync("/apis", "application/json")).At("kind"));
        Assert.Equal("APIVersions", (await cluster.Server.GetAsync("/api", "application/json")).At("kind"));
    }

    [Fact(DisplayName = "[sig-api-machinery] server version should find the server version [Conformance]")]
    public async Task ServerVersion()
    {
        var version = (await cluster.Server.GetAsync("/version")).Json;
        Assert.Matches(Integer(), version.Text("major")!);
        Assert.Matches(Integer(), version.Text("minor")!);
    }

    [GeneratedRegex("^[0-9]+$")]
    private static partial Regex Integer();
}
