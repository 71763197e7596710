namespace Fairlead.Conformance.Node;

public sealed class Nodes(RunningCluster cluster)
{
    const string Taint = "kubernetes.io/e2e-evict-taint-key";

    Resource All => cluster.Resource("v1", "nodes");

    [Fact(DisplayName = "[sig-node] Node Lifecycle should run through the lifecycle of a node [Conformance]")]
    public async Task Lifecycle()
    {
        var name = $"e2e-fake-node-{Guid.NewGuid():N}"[..24];
        await All.CreateAsync($$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"unschedulable":true},"status":{"phase":"Running"}}""");
        Assert.Equal(name, (await All.GetAsync(name)).Text("metadata.name"));
        await All.PatchAsync(name, $$$"""{"metadata":{"labels":{"{{{name}}}":"patched"} } }""", Resource.Strategic);
        Assert.Single(await All.ItemsAsync($"{name}=patched"));
        await All.ChangeAsync(name, n => n.Mark("labels", name, "updated"));
        Assert.Single(await All.ItemsAsync($"{name}=updated"));
        await All.DeleteAsync(name);
        await All.AbsentAsync(name);
    }

    /// <summary>Taints a node, and takes only that taint away again.</summary>
    async Task TaintAsync(string node, bool tainted) => await All.ChangeAsync(node, n =>
    {
        var taints = n["spec"]!["taints"] as JsonArray ?? [];
        var left = taints.Where(t => t.Text("key") != Taint).Select(t => t!.DeepClone()).ToList();
        if (tainted) left.Add(Tree.Parse($$"""{"key":"{{Taint}}","value":"evictTaintVal","effect":"NoExecute"}"""));
        n["spec"]!["taints"] = new JsonArray([.. left]);
    });

    static string Pod(string name, string node, int seconds) => $$"""
        {"metadata":{"name":"{{name}}"},"spec":{"nodeName":"{{node}}","containers":[{"name":"c","image":"i"}],
         "tolerations":[{"key":"{{Taint}}","operator":"Equal","value":"evictTaintVal","effect":"NoExecute","tolerationSeconds":{{seconds}}}]} }
        """;

    /// <summary>A node of the test's own, to which no other test's Pods are scheduled: what is tainted here is nobody else's.</summary>
    async Task<string> OwnNodeAsync()
    {
        var name = $"tainted-{Guid.NewGuid():N}"[..20];
        await All.CreateAsync($$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"unschedulable":true}}""");
        await All.PatchAsync(name, """{"status":{"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady"}]}}""", subresource: "status");
        return name;
    }

    /// <summary>There is no kubelet on the node: being asked to go is what eviction is here.</summary>
    static bool IsAskedToGo(JsonObject pod) => pod.Text("metadata.deletionTimestamp") is not null;

    [Fact(DisplayName = "[sig-node] NoExecuteTaintManager Multiple Pods [Serial] evicts pods with minTolerationSeconds [Disruptive] [Conformance]")]
    public async Task TolerationSeconds()
    {
        var node = await OwnNodeAsync();
        var pods = cluster.Resource("v1", "pods", await cluster.NamespaceAsync("taints"));
        await pods.CreateAsync(Pod("short", node, 1));
        await pods.CreateAsync(Pod("long", node, 3));
        await TaintAsync(node, true);
        await pods.UntilAsync("short", IsAskedToGo);
        Assert.False(IsAskedToGo(await pods.GetAsync("long")));
        await pods.UntilAsync("long", IsAskedToGo);
        await All.DeleteAsync(node);
    }

    [Fact(DisplayName = "[sig-node] NoExecuteTaintManager Single Pod [Serial] removing taint cancels eviction [Disruptive] [Conformance]")]
    public async Task Cancelled()
    {
        var node = await OwnNodeAsync();
        var pods = cluster.Resource("v1", "pods", await cluster.NamespaceAsync("taints"));
        await pods.CreateAsync(Pod("stays", node, 2));
        await pods.CreateAsync(Pod("goes", node, 0));
        await TaintAsync(node, true);
        await pods.UntilAsync("goes", IsAskedToGo);
        await TaintAsync(node, false);
        // A Pod of a little more patience elsewhere, which is asked later, marks the time by which the first would have gone.
        var other = await OwnNodeAsync();
        await pods.CreateAsync(Pod("clock", other, 3));
        await TaintAsync(other, true);
        await pods.UntilAsync("clock", IsAskedToGo);
        Assert.False(IsAskedToGo(await pods.GetAsync("stays")));
        await All.DeleteAsync(node);
    }

    [Fact(DisplayName = "[sig-node] Lease lease API should be available [Conformance]")]
    public async Task Leases()
    {
        var leases = cluster.Resource("coordination.k8s.io/v1", "leases", await cluster.NamespaceAsync("leases"));
        const string Spec = """{"holderIdentity":"holder","leaseDurationSeconds":30,"acquireTime":"2025-01-01T12:00:00.000005Z","renewTime":"2025-01-01T12:00:05.000000Z","leaseTransitions":0}""";
        await leases.CreateAsync($$"""{"metadata":{"name":"lease"},"spec":{{Spec}} }""");
        Assert.True(JsonNode.DeepEquals(Tree.Parse(Spec), (await leases.GetAsync("lease"))["spec"]));
        await leases.ChangeAsync("lease", l => l["spec"] = Tree.Parse(Spec.Replace("\"holder\"", "\"holder2\"", StringComparison.Ordinal)));
        Assert.Equal("holder2", (await leases.GetAsync("lease")).Text("spec.holderIdentity"));
        Assert.Equal(60, (await leases.PatchAsync("lease", """{"spec":{"leaseDurationSeconds":60}}""", Resource.Strategic)).Number("spec.leaseDurationSeconds"));
        await leases.CreateAsync($$"""{"metadata":{"name":"labelled","labels":{"deletecollection":"yes"} },"spec":{{Spec}} }""");
        Assert.Equal(2, (await leases.ItemsAsync()).Count);
        await leases.DeleteCollectionAsync("deletecollection=yes");
        Assert.Equal(["lease"], (await leases.ItemsAsync()).Select(l => l.Text("metadata.name")));
        await leases.DeleteAsync("lease");
        await leases.AbsentAsync("lease");
    }
}
