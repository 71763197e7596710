namespace Fairlead.Conformance.ApiMachinery;

/// <summary>Definitions of custom kinds, and what is served when they are there.</summary>
public sealed class CustomResources(RunningCluster cluster)
{
    static readonly (string, string)[] OneVersion = [("v1", CustomKind.Anything)];

    Resource Definitions => CustomKind.Definitions(cluster);

    [Fact(DisplayName = "[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] Simple CustomResourceDefinition creating/deleting custom resource definition objects works [Conformance]")]
    public async Task CreateAndDelete()
    {
        string name;
        await using (var kind = await CustomKind.DefineAsync(cluster, OneVersion))
        {
            name = kind.Name;
            Assert.Equal(kind.Kind + "List", (await kind.Objects().ListAsync()).Text("kind"));
        }
        await Definitions.AbsentAsync(name);
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] Simple CustomResourceDefinition listing custom resource definition objects works [Conformance]")]
    public async Task ListAndDeleteCollection()
    {
        const int Count = 10;
        var mark = Guid.NewGuid().ToString();
        var marked = new List<CustomKind>();
        for (var i = 0; i < Count; i++)
            marked.Add(await CustomKind.DefineAsync(cluster, OneVersion, change: d => d.Mark("labels", "e2e-list-test-uuid", mark)));
        await using var other = await CustomKind.DefineAsync(cluster, OneVersion);

        var listed = await Definitions.ItemsAsync($"e2e-list-test-uuid={mark}");
        Assert.Equal(marked.Select(m => m.Name).Order(), listed.Select(d => d.Text("metadata.name")).Order());
        foreach (var definition in listed)
            Assert.Equal(marked.Single(m => m.Name == definition.Text("metadata.name")).Definition["spec"]!.ToJsonString(), definition["spec"]!.ToJsonString());

        await Definitions.DeleteCollectionAsync($"e2e-list-test-uuid={mark}");
        await Definitions.UntilAllAsync(all => all.Count == 0, $"e2e-list-test-uuid={mark}");
        await Definitions.GetAsync(other.Name);
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] Simple CustomResourceDefinition getting/updating/patching custom resource definition status sub-resource works [Conformance]")]
    public async Task Status()
    {
        await using var kind = await CustomKind.DefineAsync(cluster, OneVersion);
        var read = await Definitions.GetAsync(kind.Name, "status");
        Assert.True(JsonNode.DeepEquals(kind.Definition["spec"], read["spec"]), read.ToJsonString());
        var updated = await Definitions.ChangeAsync(kind.Name, d => d["status"]!["conditions"]!.AsArray().Add(new JsonObject { ["message"] = "updated" }), "status");
        Assert.Contains(updated.At("status.conditions")!.AsArray(), c => c.Text("message") == "updated");
        var patched = await Definitions.PatchAsync(kind.Name, """[{"op":"add","path":"/status/conditions","value":[{"message":"patched"}]}]""", Resource.JsonPatch, "status");
        Assert.Contains(patched.At("status.conditions")!.AsArray(), c => c.Text("message") == "patched");
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] should include custom resource definition resources in discovery documents [Conformance]")]
    public async Task Discovered()
    {
        var groups = (await cluster.Server.GetAsync("/apis")).Json["groups"]!.AsArray();
        var listed = groups.Single(g => g.Text("name") == "apiextensions.k8s.io");
        Assert.Contains(listed!["versions"]!.AsArray(), v => v.Text("version") == "v1");
        var group = (await cluster.Server.GetAsync("/apis/apiextensions.k8s.io")).Json;
        Assert.Equal("apiextensions.k8s.io", group.Text("name"));
        Assert.Contains(group["versions"]!.AsArray(), v => v.Text("version") == "v1");
        var resources = (await cluster.Server.GetAsync("/apis/apiextensions.k8s.io/v1")).Json;
        Assert.Equal("apiextensions.k8s.io/v1", resources.Text("groupVersion"));
        Assert.Contains(resources["resources"]!.AsArray(), r => r.Text("name") == "customresourcedefinitions");
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] custom resource defaulting for requests and from storage works [Conformance]")]
    public async Task Defaulting()
    {
        const string Schema = """{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"a":{"type":"string"},"b":{"type":"string"}}}""";
        const string Properties = "/spec/versions/0/schema/openAPIV3Schema/properties";
        await using var kind = await CustomKind.DefineAsync(cluster, [("v1", Schema)]);
        Assert.Null((await kind.Objects().CreateAsync(kind.Object("cr-1")))["a"]);

        await Definitions.PatchAsync(kind.Name, $$"""[{"op":"add","path":"{{Properties}}/a/default","value":"A"}]""", Resource.JsonPatch);
        Assert.Equal("A", (await SeenAsync(kind.Objects(), "cr-1", o => o["a"] is not null)).Text("a"));
        Assert.Equal("A", (await kind.Objects().CreateAsync(kind.Object("cr-2"))).Text("a"));

        // The default goes, and what it gave to an object that was stored by then stays.
        await Definitions.PatchAsync(kind.Name, $$"""[{"op":"remove","path":"{{Properties}}/a/default"},{"op":"add","path":"{{Properties}}/b/default","value":"B"}]""", Resource.JsonPatch);
        var second = await SeenAsync(kind.Objects(), "cr-2", o => o["b"] is not null);
        Assert.Equal(("A", "B"), (second.Text("a"), second.Text("b")));
    }

    /// <summary>An object as soon as reading shows it so, which a new definition brings about and no event tells.</summary>
    static async Task<JsonObject> SeenAsync(Resource objects, string name, Func<JsonObject, bool> condition)
    {
        var end = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (true)
        {
            var seen = await objects.GetAsync(name);
            if (condition(seen)) return seen;
            Assert.True(DateTime.UtcNow < end, seen.ToJsonString());
            await Task.Delay(20);
        }
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourceDefinition Watch [Privileged:ClusterAdmin] CustomResourceDefinition Watch watch on custom resource definition objects [Conformance]")]
    public async Task Watches()
    {
        await using var kind = await CustomKind.DefineAsync(cluster, OneVersion);
        var objects = kind.Objects();
        string[] names = ["name1", "name2"];
        await using var first = await objects.WatchAsync(fields: "metadata.name=name1");
        await using var second = await objects.WatchAsync(fields: "metadata.name=name2");
        foreach (var name in names)
        {
            var made = await objects.CreateAsync(kind.Object(name));
            Assert.NotNull(made.Text("metadata.uid"));
            Assert.Equal(($"{kind.Group}/v1", kind.Kind), (made.Text("apiVersion"), made.Text("kind")));
            Assert.Equal(made.ToJsonString(), (await Of(name).NextAsync("ADDED")).ToJsonString());
        }
        foreach (var name in names)
        {
            await objects.PatchAsync(name, """[{"op":"add","path":"/dummy","value":"test"}]""", Resource.JsonPatch);
            Assert.Equal("test", (await Of(name).NextAsync("MODIFIED")).Text("dummy"));
        }
        foreach (var name in names)
        {
            await objects.DeleteAsync(name);
            Assert.Equal(name, (await Of(name).NextAsync("DELETED")).Text("metadata.name"));
        }
        // Each watch told of its own object, in its order, and of nothing else.
        Assert.Null(await first.TryNextAsync(TimeSpan.FromMilliseconds(500)));
        Assert.Null(await second.TryNextAsync(TimeSpan.FromMilliseconds(1)));

        Watch Of(string name) => name == "name1" ? first : second;
    }

    [Fact(DisplayName = "[sig-api-machinery] AggregatedDiscovery should support raw aggregated discovery request for CRDs [Conformance]")]
    public async Task RawAggregated()
    {
        await using var kind = await CustomKind.DefineAsync(cluster, OneVersion, namespaced: true);
        var document = await cluster.Server.GetAsync("/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
        var group = document.Json["items"]!.AsArray().Single(g => g.Text("metadata.name") == kind.Group);
        var resource = Assert.Single(group.At("versions.0.resources")!.AsArray());
        Assert.Equal(("v1", kind.Plural, "Namespaced", kind.Kind),
            (group.Text("versions.0.version"), resource.Text("resource"), resource.Text("scope"), resource.Text("responseKind.kind")));
    }

    [Fact(DisplayName = "[sig-api-machinery] AggregatedDiscovery should support aggregated discovery interface for CRDs [Conformance]")]
    public async Task AggregatedByClient()
    {
        await using var kind = await CustomKind.DefineAsync(cluster, OneVersion, namespaced: true);
        // kubectl asks by the interface that the title means: aggregated first, the plain documents if it must.
        var kubectl = new Kubectl(cluster.Server);
        Assert.Contains(kind.Group, await kubectl.RunAsync("api-versions"));
        Assert.Equal($"{kind.Plural}.{kind.Group}\n", await kubectl.RunAsync("api-resources", "--api-group", kind.Group, "-o", "name"));
    }
}
