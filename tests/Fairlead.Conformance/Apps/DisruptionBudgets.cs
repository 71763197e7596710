namespace Fairlead.Conformance.Apps;

public sealed class DisruptionBudgets(RunningCluster cluster)
{
    static string Budget(string name, string label = "e2e") =>
        $$$"""{"metadata":{"name":"{{{name}}}","labels":{"group":"{{{label}}}"}},"spec":{"minAvailable":1,"selector":{"matchLabels":{"foo":"bar"} } } }""";

    async Task<Resource> HereAsync()
    {
        await cluster.RequireAsync("policy/v1", "poddisruptionbudgets");
        return cluster.Resource("policy/v1", "poddisruptionbudgets", await cluster.NamespaceAsync("budgets"));
    }

    [Fact(DisplayName = "[sig-apps] DisruptionController Listing PodDisruptionBudgets for all namespaces should list and delete a collection of PodDisruptionBudgets [Conformance]")]
    public async Task Collection()
    {
        var (here, there) = (await HereAsync(), await HereAsync());
        var mark = $"pdb-{Guid.NewGuid():N}";
        await here.CreateAsync(Budget("one", mark));
        await here.CreateAsync(Budget("two", mark));
        await there.CreateAsync(Budget("three", mark));
        Assert.Equal(3, (await here.Everywhere.ItemsAsync($"group={mark}")).Count);
        await here.DeleteCollectionAsync($"group={mark}");
        Assert.Equal(["three"], (await here.Everywhere.ItemsAsync($"group={mark}")).Select(b => b.Text("metadata.name")));
    }

    [Fact(DisplayName = "[sig-apps] DisruptionController should create a PodDisruptionBudget [Conformance]")]
    public async Task CreateUpdatePatchDelete()
    {
        var budgets = await HereAsync();
        await budgets.CreateAsync(Budget("pdb"));
        Assert.Equal("2", (await budgets.ChangeAsync("pdb", b => b["spec"]!["minAvailable"] = 2)).Text("spec.minAvailable"));
        Assert.Equal("3", (await budgets.PatchAsync("pdb", """{"spec":{"minAvailable":3}}""", Resource.Strategic)).Text("spec.minAvailable"));
        await budgets.DeleteAsync("pdb");
        await budgets.AbsentAsync("pdb");
    }

    [Fact(DisplayName = "[sig-apps] DisruptionController should update/patch PodDisruptionBudget status [Conformance]")]
    public async Task Status()
    {
        var budgets = await HereAsync();
        await budgets.CreateAsync(Budget("pdb"));
        // The controller takes out again what is no Pod: the answers tell.
        var changed = await budgets.ChangeAsync("pdb", b => b["status"] = Tree.Parse("""{"currentHealthy":0,"desiredHealthy":1,"disruptionsAllowed":0,"expectedPods":0,"disruptedPods":{"a":"2025-01-01T12:00:00Z"}}"""), "status");
        Assert.Equal("2025-01-01T12:00:00Z", changed.Text("status.disruptedPods.a"));
        var after = await budgets.PatchAsync("pdb", """{"status":{"disruptedPods":{"a":null,"b":"2025-01-02T12:00:00Z"}}}""", subresource: "status");
        Assert.Equal((null, "2025-01-02T12:00:00Z"), (after.Text("status.disruptedPods.a"), after.Text("status.disruptedPods.b")));
    }

    [Fact(DisplayName = "[sig-apps] DisruptionController should block an eviction until the PDB is updated to allow it [Conformance]")]
    public async Task BlocksEviction()
    {
        var (ns, budgets, pods) = await WithPodsAsync();
        await budgets.CreateAsync("""{"metadata":{"name":"foo"},"spec":{"minAvailable":3,"selector":{"matchLabels":{"foo":"bar"}}}}""");
        await cluster.Resource("apps/v1", "replicasets", ns).CreateAsync("""
            {"metadata":{"name":"rs"},"spec":{"replicas":3,"selector":{"matchLabels":{"foo":"bar"}},
             "template":{"metadata":{"labels":{"foo":"bar"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}}}}
            """);
        await HealthyAsync(budgets, 3);
        var one = await NameAsync(pods);
        await BlockedAsync(pods, one);

        await budgets.ChangeAsync("foo", b => b["spec"]!["minAvailable"] = 2);
        await HealthyAsync(budgets, 3);
        await EvictAsync(pods, one);
        await pods.UntilAllAsync(all => all.All(p => p.Text("metadata.name") != one) && all.Count == 3);

        await budgets.PatchAsync("foo", """{"spec":{"minAvailable":null,"maxUnavailable":0}}""");
        await HealthyAsync(budgets, 3);
        var two = await NameAsync(pods);
        await BlockedAsync(pods, two);

        await budgets.DeleteAsync("foo");
        await budgets.AbsentAsync("foo");
        await EvictAsync(pods, two);
    }

    [Fact(DisplayName = "[sig-apps] DisruptionController should observe PodDisruptionBudget status updated [Conformance]")]
    public async Task ObservesStatus()
    {
        var (_, budgets, pods) = await WithPodsAsync();
        await budgets.CreateAsync("""{"metadata":{"name":"foo"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"foo":"bar"}}}}""");
        foreach (var name in (string[])["a", "b", "c"])
            await pods.CreateAsync($$$"""{"metadata":{"name":"{{{name}}}","labels":{"foo":"bar"}},"spec":{"restartPolicy":"Always","containers":[{"name":"c","image":"i:1"}]}}""");
        await HealthyAsync(budgets, 3);
        Assert.Equal(2, (await budgets.UntilAsync("foo", b => b.Number("status.disruptionsAllowed") > 0)).Number("status.disruptionsAllowed"));
    }

    async Task<(string Namespace, Resource Budgets, Resource Pods)> WithPodsAsync()
    {
        var ns = await cluster.NamespaceAsync("budgets");
        return (ns, cluster.Resource("policy/v1", "poddisruptionbudgets", ns), cluster.Resource("v1", "pods", ns));
    }

    static Task<JsonObject> HealthyAsync(Resource budgets, int count) => budgets.UntilAsync("foo",
        b => b.Number("status.currentHealthy") == count && b.Number("status.observedGeneration") == b.Number("metadata.generation"));

    static async Task<string> NameAsync(Resource pods) =>
        (await pods.UntilAllAsync(all => all.Any(p => p.Text("status.phase") == "Running"))).First(p => p.Text("status.phase") == "Running").Text("metadata.name")!;

    static string Eviction(string pod) => $$$"""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"{{{pod}}}"}}""";

    async Task EvictAsync(Resource pods, string name)
    {
        var answer = await cluster.Server.PostAsync(pods.Path(name, "eviction"), Eviction(name));
        Assert.True(answer.Code == 201, answer.Text);
    }

    static async Task BlockedAsync(Resource pods, string name)
    {
        var refused = await pods.RefusedAsync(HttpMethod.Post, 429, name, Eviction(name), subresource: "eviction");
        Assert.Equal(("TooManyRequests", "DisruptionBudget"), (refused.Reason, refused.At("details.causes.0.reason")));
    }
}
