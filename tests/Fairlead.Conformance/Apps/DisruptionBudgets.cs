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
        await budgets.ChangeAsync("pdb", b => b["status"] = Json.Parse("""{"currentHealthy":0,"desiredHealthy":1,"disruptionsAllowed":0,"expectedPods":0,"disruptedPods":{"a":"2025-01-01T12:00:00Z"}}"""), "status");
        Assert.Equal("2025-01-01T12:00:00Z", (await budgets.GetAsync("pdb", "status")).Text("status.disruptedPods.a"));
        await budgets.PatchAsync("pdb", """{"status":{"disruptedPods":{"a":null,"b":"2025-01-02T12:00:00Z"}}}""", subresource: "status");
        var after = await budgets.GetAsync("pdb");
        Assert.Equal((null, "2025-01-02T12:00:00Z"), (after.Text("status.disruptedPods.a"), after.Text("status.disruptedPods.b")));
    }
}
