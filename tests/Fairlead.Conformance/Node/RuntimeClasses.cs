namespace Fairlead.Conformance.Node;

public sealed class RuntimeClasses(RunningCluster cluster)
{
    const string Group = "node.k8s.io/v1";

    Resource Classes => cluster.Resource(Group, "runtimeclasses");

    async Task<Resource> PodsAsync()
    {
        await cluster.RequireAsync(Group, "runtimeclasses");
        return cluster.Resource("v1", "pods", await cluster.NamespaceAsync("runtimes"));
    }

    static string Pod(string runtime) => $$"""
        {"metadata":{"name":"p"},"spec":{"runtimeClassName":"{{runtime}}","automountServiceAccountToken":false,"containers":[{"name":"c","image":"i"}]} }
        """;

    async Task<string> ClassAsync(string overhead = "")
    {
        var made = await Classes.CreateAsync($$"""{"metadata":{"generateName":"e2e-"},"handler":"hollow"{{overhead}} }""");
        return made.Text("metadata.name")!;
    }

    [Fact(DisplayName = "[sig-node] RuntimeClass should support RuntimeClasses API operations [Conformance]")]
    public Task Api() => new Operations(cluster, Group, "runtimeclasses", "RuntimeClass")
    {
        Namespaced = false, Body = _ => """{"handler":"hollow"}""",
    }.RunAsync();

    [Fact(DisplayName = "[sig-node] RuntimeClass should reject a Pod requesting a non-existent RuntimeClass [NodeConformance] [Conformance]")]
    public async Task Absent()
    {
        var pods = await PodsAsync();
        await pods.RefusedAsync(HttpMethod.Post, 403, body: Pod("nonexistent"));
    }

    [Fact(DisplayName = "[sig-node] RuntimeClass should reject a Pod requesting a deleted RuntimeClass [NodeConformance] [Conformance]")]
    public async Task Deleted()
    {
        var pods = await PodsAsync();
        var name = await ClassAsync();
        await Classes.DeleteAsync(name);
        await pods.RefusedAsync(HttpMethod.Post, 403, body: Pod(name));
    }

    [Fact(DisplayName = "[sig-node] RuntimeClass should schedule a Pod requesting a RuntimeClass without PodOverhead [NodeConformance] [Conformance]")]
    public async Task WithoutOverhead()
    {
        var pods = await PodsAsync();
        var made = await pods.CreateAsync(Pod(await ClassAsync()));
        Assert.Null(made.At("spec.overhead"));
        await pods.UntilAsync("p", p => p.Text("spec.nodeName") is not null);
    }

    [Fact(DisplayName = "[sig-node] RuntimeClass should schedule a Pod requesting a RuntimeClass and initialize its Overhead [NodeConformance] [Conformance]")]
    public async Task WithOverhead()
    {
        var pods = await PodsAsync();
        var made = await pods.CreateAsync(Pod(await ClassAsync(""","overhead":{"podFixed":{"cpu":"10m","memory":"1Mi"}}""")));
        Assert.Equal(("10m", "1Mi"), (made.Text("spec.overhead.cpu"), made.Text("spec.overhead.memory")));
        await pods.UntilAsync("p", p => p.Text("spec.nodeName") is not null);
    }
}
