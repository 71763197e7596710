using Fairlead.Json;
namespace Fairlead.Conformance.Scheduling;

public sealed class LimitsAndPriorities(RunningCluster cluster)
{
    const string Range = """
        {"limits":[{"type":"Container","min":{"cpu":"50m","memory":"100Mi"},"max":{"cpu":"500m","memory":"500Mi"},
         "default":{"cpu":"500m","memory":"500Mi"},"defaultRequest":{"cpu":"100m","memory":"200Mi"}}]}
        """;

    static string Limit(string name, string mark = "e2e") => $$"""{"metadata":{"name":"{{name}}","labels":{"group":"{{mark}}"} },"spec":{{Range}} }""";

    async Task<string> HereAsync()
    {
        await cluster.RequireAsync("v1", "limitranges");
        return await cluster.NamespaceAsync("limits");
    }

    static string Pod(string name, string resources) => $$"""{"metadata":{"name":"{{name}}"},"spec":{"containers":[{"name":"c","image":"i","resources":{{resources}} }]} }""";

    [Fact(DisplayName = "[sig-scheduling] LimitRange should create a LimitRange with defaults and ensure pod has those defaults applied. [Conformance]")]
    public async Task Defaults()
    {
        var ns = await HereAsync();
        var (ranges, pods) = (cluster.Resource("v1", "limitranges", ns), cluster.Resource("v1", "pods", ns));
        await using var watch = await ranges.WatchAsync("group=e2e");
        await ranges.CreateAsync(Limit("range"));
        await watch.NextAsync("ADDED");
        var bare = await pods.CreateAsync(Pod("no-resources", "{}"));
        Assert.True(JsonNode.DeepEquals(Tree.Parse("""{"limits":{"cpu":"500m","memory":"500Mi"},"requests":{"cpu":"100m","memory":"200Mi"}}"""), bare.At("spec.containers.0.resources")));
        var partly = await pods.CreateAsync(Pod("partial", """{"limits":{"cpu":"300m"},"requests":{"memory":"150Mi"}}"""));
        Assert.Equal(("300m", "500Mi", "300m", "150Mi"), (partly.Text("spec.containers.0.resources.limits.cpu"), partly.Text("spec.containers.0.resources.limits.memory"),
            partly.Text("spec.containers.0.resources.requests.cpu"), partly.Text("spec.containers.0.resources.requests.memory")));
        await pods.RefusedAsync(HttpMethod.Post, 403, body: Pod("below", """{"limits":{"cpu":"10m"},"requests":{"cpu":"10m"}}"""));
        await pods.RefusedAsync(HttpMethod.Post, 403, body: Pod("above", """{"limits":{"cpu":"600m"}}"""));
        await ranges.ChangeAsync("range", r => r["spec"]!["limits"]![0]!["min"] = Tree.Parse("""{"cpu":"9m","memory":"50Mi"}"""));
        await pods.CreateAsync(Pod("below", """{"limits":{"cpu":"10m"},"requests":{"cpu":"10m"}}"""));
        await pods.RefusedAsync(HttpMethod.Post, 403, body: Pod("above", """{"limits":{"cpu":"600m"}}"""));
        await ranges.DeleteAsync("range");
        await watch.UntilAsync("DELETED");
        await pods.CreateAsync(Pod("above", """{"limits":{"cpu":"600m"}}"""));
    }

    [Fact(DisplayName = "[sig-scheduling] LimitRange should list, patch and delete a LimitRange by collection [Conformance]")]
    public async Task Collection()
    {
        var (here, there) = (cluster.Resource("v1", "limitranges", await HereAsync()), cluster.Resource("v1", "limitranges", await HereAsync()));
        var mark = $"lr-{Guid.NewGuid():N}";
        await here.CreateAsync(Limit("range", mark));
        await there.CreateAsync(Limit("range", mark));
        Assert.Equal(2, (await here.Everywhere.ItemsAsync($"group={mark}")).Count);
        var patched = await here.PatchAsync("range", """{"metadata":{"labels":{"patched":"yes"}},"spec":{"limits":[{"type":"Container","min":{"cpu":"40m"},"max":{"cpu":"500m"}}]}}""", Resource.Strategic);
        Assert.Equal(("yes", "40m"), (patched.Text("metadata.labels.patched"), patched.Text("spec.limits.0.min.cpu")));
        await here.DeleteCollectionAsync("patched=yes");
        Assert.Single(await here.Everywhere.ItemsAsync($"group={mark}"));
    }

    [Fact(DisplayName = "[sig-scheduling] SchedulerPreemption [Serial] PriorityClass endpoints verify PriorityClass endpoints can be operated with different HTTP methods [Conformance]")]
    public async Task PriorityClasses()
    {
        await cluster.RequireAsync("scheduling.k8s.io/v1", "priorityclasses");
        var classes = cluster.Resource("scheduling.k8s.io/v1", "priorityclasses");
        var names = new[] { $"p1-{Guid.NewGuid():N}", $"p2-{Guid.NewGuid():N}" };
        for (var i = 0; i < 2; i++) await classes.CreateAsync($$$"""{"metadata":{"name":"{{{names[i]}}}"},"value":{{{i + 1}}},"description":"Old"}""");
        Assert.Superset(names.ToHashSet(), (await classes.ItemsAsync()).Select(c => c.Text("metadata.name")!).ToHashSet());
        await classes.RefusedAsync(HttpMethod.Patch, 422, names[0], """{"value":8}""", Resource.Merge);
        Assert.Equal("New", (await classes.PatchAsync(names[0], """{"description":"New"}""")).Text("description"));
        var wrong = await classes.GetAsync(names[1]);
        wrong["value"] = 9;
        await classes.RefusedAsync(HttpMethod.Put, 422, names[1], wrong.ToJsonString());
        Assert.Equal("New", (await classes.ChangeAsync(names[1], c => c["description"] = "New")).Text("description"));
        foreach (var name in names) await classes.DeleteAsync(name);
    }
}
