namespace Fairlead.Conformance.Node;

public sealed class PodTemplates(RunningCluster cluster)
{
    async Task<Resource> HereAsync()
    {
        await cluster.RequireAsync("v1", "podtemplates");
        return cluster.Resource("v1", "podtemplates", await cluster.NamespaceAsync("templates"));
    }

    static string Template(string name) => $$"""
        {"metadata":{"name":"{{name}}","labels":{"set":"yes"} },"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:1"}]} } }
        """;

    [Fact(DisplayName = "[sig-node] PodTemplates should run the lifecycle of PodTemplates [Conformance]")]
    public async Task Lifecycle()
    {
        var templates = await HereAsync();
        await templates.CreateAsync(Template("t"));
        Assert.Equal("t", Assert.Single(await templates.ItemsAsync("set=yes")).Text("metadata.name"));
        await templates.PatchAsync("t", """{"metadata":{"labels":{"patched":"yes"}}}""", Resource.Strategic);
        Assert.Equal("yes", (await templates.GetAsync("t")).Text("metadata.labels.patched"));
        await templates.DeleteAsync("t");
        Assert.Empty(await templates.Everywhere.ItemsAsync("patched=yes"));
    }

    [Fact(DisplayName = "[sig-node] PodTemplates should delete a collection of pod templates [Conformance]")]
    public async Task Collection()
    {
        var templates = await HereAsync();
        foreach (var name in (string[])["a", "b", "c"]) await templates.CreateAsync(Template(name));
        Assert.Equal(3, (await templates.ItemsAsync("set=yes")).Count);
        await templates.DeleteCollectionAsync("set=yes");
        Assert.Empty(await templates.ItemsAsync("set=yes"));
    }

    [Fact(DisplayName = "[sig-node] PodTemplates should replace a pod template [Conformance]")]
    public async Task Replace()
    {
        var templates = await HereAsync();
        await templates.CreateAsync(Template("t"));
        Assert.Equal("yes", (await templates.ChangeAsync("t", t => t.Mark("annotations", "updated", "yes"))).Text("metadata.annotations.updated"));
    }
}
