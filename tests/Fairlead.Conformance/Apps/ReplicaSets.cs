namespace Fairlead.Conformance.Apps;

public sealed class ReplicaSets(RunningCluster cluster)
{
    async Task<(Resource Sets, Resource Pods)> HereAsync()
    {
        var ns = await cluster.NamespaceAsync("replicasets");
        return (cluster.Resource("apps/v1", "replicasets", ns), cluster.Resource("v1", "pods", ns));
    }

    static string Set(string name, int replicas, string labels = "") => $$"""
        {"metadata":{"name":"{{name}}","labels":{"app":"{{name}}"{{labels}}} },
         "spec":{"replicas":{{replicas}},"selector":{"matchLabels":{"app":"{{name}}"} },
         "template":{"metadata":{"labels":{"app":"{{name}}"} },"spec":{"containers":[{"name":"c","image":"i:1"}]} } } }
        """;

    static bool IsAvailable(JsonObject set) => set.Number("status.availableReplicas") == set.Number("spec.replicas");

    [Fact(DisplayName = "[sig-apps] ReplicaSet Replace and Patch tests [Conformance]")]
    public async Task ReplaceAndPatch()
    {
        var (sets, _) = await HereAsync();
        await sets.CreateAsync(Set("rs", 1));
        await sets.UntilAsync("rs", IsAvailable);
        await sets.ChangeAsync("rs", s => s["spec"]!["replicas"] = 2);
        await sets.UntilAsync("rs", s => s.Number("status.availableReplicas") == 2);
        await sets.PatchAsync("rs", """{"metadata":{"labels":{"patched":"yes"}},"spec":{"replicas":3,"template":{"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"i:2"}]}}}}""", Resource.Strategic);
        await sets.UntilAsync("rs", s => s.Text("metadata.labels.patched") == "yes" && s.Number("status.availableReplicas") == 3
            && s.Text("spec.template.spec.containers.0.image") == "i:2" && s.Text("spec.template.spec.terminationGracePeriodSeconds") == "0");
    }

    [Fact(DisplayName = "[sig-apps] ReplicaSet Replicaset should have a working scale subresource [Conformance]")]
    public async Task Scale()
    {
        var (sets, pods) = await HereAsync();
        await sets.CreateAsync(Set("rs", 1));
        await sets.UntilAsync("rs", IsAvailable);
        await Scaling.CheckAsync(sets, "rs", "app=rs");
        await pods.UntilAllAsync(all => all.Count == 4);
    }

    [Fact(DisplayName = "[sig-apps] ReplicaSet should adopt matching pods on creation and release no longer matching pods [Conformance]")]
    public async Task AdoptAndRelease()
    {
        var (sets, pods) = await HereAsync();
        await pods.CreateAsync("""{"metadata":{"name":"lone","labels":{"app":"rs"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}}""");
        var set = await sets.CreateAsync(Set("rs", 1));
        await pods.UntilAsync("lone", p => p.Text("metadata.ownerReferences.0.uid") == set.Text("metadata.uid"));
        await pods.PatchAsync("lone", """{"metadata":{"labels":{"app":"other"}}}""", Resource.Strategic);
        await pods.UntilAsync("lone", p => p.Text("metadata.ownerReferences.0.uid") is null);
        await pods.UntilAllAsync(all => all.Count == 2 && all.Count(p => p.Text("metadata.ownerReferences.0.uid") is not null) == 1);
    }

    [Fact(DisplayName = "[sig-apps] ReplicaSet should list and delete a collection of ReplicaSets [Conformance]")]
    public async Task Collection()
    {
        var (sets, _) = await HereAsync();
        await sets.CreateAsync(Set("rs", 3, ""","e2e":"yes" """));
        await sets.UntilAsync("rs", IsAvailable);
        Assert.Single(await sets.ItemsAsync("e2e=yes"));
        await sets.DeleteCollectionAsync("e2e=yes");
        Assert.Empty(await sets.ItemsAsync("e2e=yes"));
    }

    [Fact(DisplayName = "[sig-apps] ReplicaSet should validate Replicaset Status endpoints [Conformance]")]
    public async Task Status()
    {
        var (sets, _) = await HereAsync();
        await sets.CreateAsync(Set("rs", 1));
        await sets.UntilAsync("rs", IsAvailable);
        Assert.Equal("1", (await sets.GetAsync("rs", "status")).Text("status.replicas"));
        await using var watch = await sets.WatchAsync();
        await sets.ChangeAsync("rs", s => s["status"]!["conditions"] = new JsonArray(new JsonObject
        {
            ["type"] = "StatusUpdate", ["status"] = "True", ["reason"] = "E2E", ["message"] = "Set from a test",
        }), "status");
        await watch.UntilAsync("MODIFIED", s => s.Condition("StatusUpdate").Text("message") == "Set from a test");
        await sets.PatchAsync("rs", """{"status":{"conditions":[{"type":"StatusPatched","status":"True"}]}}""", subresource: "status");
        await watch.UntilAsync("MODIFIED", s => s.Condition("StatusPatched") is not null);
    }
}
