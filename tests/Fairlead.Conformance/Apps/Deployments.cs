namespace Fairlead.Conformance.Apps;

public sealed class Deployments(RunningCluster cluster)
{
    sealed record Here(Resource All, Resource Sets, Resource Pods);

    async Task<Here> HereAsync()
    {
        var ns = await cluster.NamespaceAsync("deployments");
        return new(cluster.Resource("apps/v1", "deployments", ns), cluster.Resource("apps/v1", "replicasets", ns), cluster.Resource("v1", "pods", ns));
    }

    static string Deployment(int replicas, string image = "web:1", string more = "", string labels = "") => $$"""
        {"metadata":{"name":"web","labels":{"app":"web"{{labels}}} },
         "spec":{ {{more}}"replicas":{{replicas}},"selector":{"matchLabels":{"app":"web"} },
         "template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"web","image":"{{image}}"}]} } } }
        """;

    static string Image(string image) => $$$"""{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"{{{image}}}"}]} } } }""";

    /// <summary>Everything that was asked for is there, of the newest template.</summary>
    static bool IsComplete(JsonObject deployment) =>
        deployment.Number("status.observedGeneration") >= deployment.Number("metadata.generation")
        && deployment.Number("status.updatedReplicas") == deployment.Number("spec.replicas")
        && deployment.Number("status.replicas") == deployment.Number("spec.replicas")
        && deployment.Number("status.availableReplicas") == deployment.Number("spec.replicas");

    [Fact(DisplayName = "[sig-apps] Deployment should run the lifecycle of a Deployment [Conformance]")]
    public async Task Lifecycle()
    {
        var here = await HereAsync();
        await using var watch = await here.All.WatchAsync("lifecycle=yes");
        await here.All.CreateAsync(Deployment(1, labels: ""","lifecycle":"yes" """));
        await watch.UntilAsync("ADDED");
        await watch.UntilAsync("MODIFIED", IsComplete);
        await here.All.PatchAsync("web", """{"metadata":{"labels":{"patched":"yes"}},"spec":{"replicas":2,"template":{"spec":{"terminationGracePeriodSeconds":0}}}}""", Resource.Strategic);
        await watch.UntilAsync("MODIFIED", d => d.Text("metadata.labels.patched") == "yes" && IsComplete(d));
        Assert.Equal(2, (await here.All.GetAsync("web", "scale")).Number("spec.replicas"));
        Assert.Single(await here.All.Everywhere.ItemsAsync($"lifecycle=yes", fields: $"metadata.namespace={(await here.All.GetAsync("web")).Text("metadata.namespace")}"));
        await here.All.ChangeAsync("web", d => d.Mark("annotations", "updated", "yes"));
        await watch.UntilAsync("MODIFIED", d => d.Text("metadata.annotations.updated") == "yes");
        var status = await here.All.PatchAsync("web", """{"metadata":{"labels":{"ignored":"yes"}},"status":{"collisionCount":3}}""", Resource.Strategic, "status");
        Assert.Equal((3, null), (status.Number("status.collisionCount"), status.Text("metadata.labels.ignored")));
        await here.All.DeleteCollectionAsync("lifecycle=yes");
        await watch.UntilAsync("DELETED");
    }

    [Fact(DisplayName = "[sig-apps] Deployment should validate Deployment Status endpoints [Conformance]")]
    public async Task Status()
    {
        var here = await HereAsync();
        await here.All.CreateAsync(Deployment(1));
        await here.All.UntilAsync("web", IsComplete);
        Assert.Equal("1", (await here.All.GetAsync("web", "status")).Text("status.replicas"));
        await using var watch = await here.All.WatchAsync();
        await here.All.ChangeAsync("web", d => d["status"]!["conditions"]!.AsArray().Add(new JsonObject
        {
            ["type"] = "StatusUpdate", ["status"] = "True", ["reason"] = "E2E", ["message"] = "Set from a test",
        }), "status");
        await watch.UntilAsync("MODIFIED", d => d.Condition("StatusUpdate").Text("message") == "Set from a test");
        await here.All.PatchAsync("web", """{"status":{"conditions":[{"type":"StatusPatched","status":"True"}]}}""", subresource: "status");
        await watch.UntilAsync("MODIFIED", d => d.Condition("StatusPatched") is not null);
    }

    [Fact(DisplayName = "[sig-apps] Deployment Deployment should have a working scale subresource [Conformance]")]
    public async Task Scale()
    {
        var here = await HereAsync();
        await here.All.CreateAsync(Deployment(1));
        await here.All.UntilAsync("web", IsComplete);
        await Scaling.CheckAsync(here.All, "web", "app=web");
        await here.Pods.UntilAllAsync(pods => pods.Count == 4);
    }

    [Fact(DisplayName = "[sig-apps] Deployment RollingUpdateDeployment should delete old pods and create new ones [Conformance]")]
    public async Task Rolling()
    {
        var here = await HereAsync();
        // A set that is there already is adopted, and is then an old one.
        await here.Sets.CreateAsync("""
            {"metadata":{"name":"before","labels":{"app":"web"}},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"web","pod":"web"}},
             "template":{"metadata":{"labels":{"app":"web","pod":"web"}},"spec":{"containers":[{"name":"web","image":"old:1"}]}}}}
            """);
        await here.Pods.UntilAllAsync(pods => pods.Count == 1);
        var deployment = await here.All.CreateAsync(Deployment(1).Replace("\"labels\":{\"app\":\"web\"} },\"spec\"", "\"labels\":{\"app\":\"web\",\"pod\":\"web\"} },\"spec\"", StringComparison.Ordinal));
        await here.All.UntilAsync("web", IsComplete);
        var sets = await here.Sets.ItemsAsync();
        Assert.Equal(2, sets.Count);
        Assert.All(sets, s => Assert.Equal(deployment.Text("metadata.uid"), s.Text("metadata.ownerReferences.0.uid")));
        Assert.Equal(0, sets.Single(s => s.Text("metadata.name") == "before").Number("spec.replicas"));
        await here.Pods.UntilAllAsync(pods => pods.Count == 1 && pods[0].Text("spec.containers.0.image") == "web:1");
    }

    [Fact(DisplayName = "[sig-apps] Deployment RecreateDeployment should delete old pods and create new ones [Conformance]")]
    public async Task Recreate()
    {
        var here = await HereAsync();
        await here.All.CreateAsync(Deployment(1, more: "\"strategy\":{\"type\":\"Recreate\"},"));
        await here.All.UntilAsync("web", IsComplete);
        await using var watch = await here.Pods.WatchAsync();
        await here.All.PatchAsync("web", Image("web:2"), Resource.Strategic);
        await watch.UntilAsync("DELETED", p => p.Text("spec.containers.0.image") == "web:1");
        await watch.UntilAsync("ADDED", p => p.Text("spec.containers.0.image") == "web:2");
        await here.All.UntilAsync("web", IsComplete);
    }

    [Fact(DisplayName = "[sig-apps] Deployment deployment should delete old replica sets [Conformance]")]
    public async Task HistoryLimit()
    {
        var here = await HereAsync();
        await here.All.CreateAsync(Deployment(1, more: "\"revisionHistoryLimit\":0,"));
        await here.All.UntilAsync("web", IsComplete);
        await here.All.PatchAsync("web", Image("web:2"), Resource.Strategic);
        await here.Sets.UntilAllAsync(sets => sets.Count == 1 && sets[0].Text("spec.template.spec.containers.0.image") == "web:2");
    }

    [Fact(DisplayName = "[sig-apps] Deployment deployment should support rollover [Conformance]")]
    public async Task Rollover()
    {
        var here = await HereAsync();
        await here.All.CreateAsync(Deployment(1, HollowNodes.NeverReady));
        await here.Pods.UntilAllAsync(pods => pods.Count == 1);
        await here.All.PatchAsync("web", Image("web:2"), Resource.Strategic);
        await here.All.UntilAsync("web", IsComplete);
        var sets = await here.Sets.ItemsAsync();
        Assert.Equal(["0 " + HollowNodes.NeverReady, "1 web:2"], sets.Select(s => $"{s.Text("spec.replicas")} {s.Text("spec.template.spec.containers.0.image")}").Order());
    }

    [Fact(DisplayName = "[sig-apps] Deployment deployment should support proportional scaling [Conformance]")]
    public async Task Proportional()
    {
        var here = await HereAsync();
        await here.All.CreateAsync(Deployment(10, more: """ "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":3,"maxUnavailable":2}},"""));
        await here.All.UntilAsync("web", IsComplete);
        // A template that never gets ready: 8 of the old and 5 of the new are what surge and unavailability allow.
        await here.All.PatchAsync("web", Image(HollowNodes.NeverReady), Resource.Strategic);
        await here.Sets.UntilAllAsync(sets => Sizes(sets) == (8, 5));
        await here.All.PatchAsync("web", """{"spec":{"replicas":30}}""", subresource: "scale");
        await here.Sets.UntilAllAsync(sets => Sizes(sets) == (20, 13));

        static (long Old, long New) Sizes(IReadOnlyList<JsonObject> sets) => (
            sets.Where(s => s.Text("spec.template.spec.containers.0.image") == "web:1").Sum(s => s.Number("spec.replicas")),
            sets.Where(s => s.Text("spec.template.spec.containers.0.image") != "web:1").Sum(s => s.Number("spec.replicas")));
    }
}
