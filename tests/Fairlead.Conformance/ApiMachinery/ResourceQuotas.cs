namespace Fairlead.Conformance.ApiMachinery;

public sealed class ResourceQuotas(RunningCluster cluster)
{
    static string Quota(string name, string hard = """ "cpu":"1","memory":"500Mi" """, string label = "e2e") =>
        $$"""{"metadata":{"name":"{{name}}","labels":{"group":"{{label}}"} },"spec":{"hard":{ {{hard}} } } }""";

    async Task<Resource> HereAsync()
    {
        await cluster.RequireAsync("v1", "resourcequotas");
        return cluster.Resource("v1", "resourcequotas", await cluster.NamespaceAsync("quotas"));
    }

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should be able to update and delete ResourceQuota. [Conformance]")]
    public async Task UpdateAndDelete()
    {
        var quotas = await HereAsync();
        var made = await quotas.CreateAsync(Quota("quota"));
        Assert.Equal(("1", "500Mi"), (made.Text("spec.hard.cpu"), made.Text("spec.hard.memory")));
        await quotas.ChangeAsync("quota", q => q["spec"]!["hard"] = Tree.Parse("""{"cpu":"2","memory":"1Gi"}"""));
        var read = await quotas.GetAsync("quota");
        Assert.Equal(("2", "1Gi"), (read.Text("spec.hard.cpu"), read.Text("spec.hard.memory")));
        await quotas.DeleteAsync("quota");
        await quotas.AbsentAsync("quota");
    }

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should manage the lifecycle of a ResourceQuota [Conformance]")]
    public async Task Lifecycle()
    {
        var quotas = await HereAsync();
        var mark = $"q-{Guid.NewGuid():N}";
        await quotas.CreateAsync(Quota("quota", label: mark));
        Assert.Single(await quotas.Everywhere.ItemsAsync($"group={mark}"));
        var patched = await quotas.PatchAsync("quota", """{"metadata":{"labels":{"patched":"yes"}},"spec":{"hard":{"memory":"750Mi"}}}""", Resource.Strategic);
        Assert.Equal(("750Mi", "1"), (patched.Text("spec.hard.memory"), patched.Text("spec.hard.cpu")));
        await quotas.DeleteCollectionAsync("patched=yes");
        await quotas.GoneAsync("quota");
    }

    [Fact(DisplayName = "[sig-api-machinery] ResourceQuota should apply changes to a resourcequota status [Conformance]")]
    public async Task Status()
    {
        var quotas = await HereAsync();
        await quotas.CreateAsync(Quota("quota"));
        await quotas.ChangeAsync("quota", q => q["status"] = Tree.Parse("""{"hard":{"cpu":"1","memory":"500Mi"}}"""), "status");
        Assert.Equal("500Mi", (await quotas.GetAsync("quota")).Text("status.hard.memory"));
        await quotas.PatchAsync("quota", """{"spec":{"hard":{"memory":"1Gi"}}}""");
        await quotas.PatchAsync("quota", """{"status":{"hard":{"memory":"1Gi"}},"spec":{"hard":{"memory":"9Gi"}}}""", subresource: "status");
        var read = await quotas.GetAsync("quota", "status");
        Assert.Equal(("1Gi", "1Gi"), (read.Text("status.hard.memory"), read.Text("spec.hard.memory")));
    }
}
