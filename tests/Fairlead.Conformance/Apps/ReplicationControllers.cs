namespace Fairlead.Conformance.Apps;

public sealed class ReplicationControllers(RunningCluster cluster)
{
    async Task<(Resource Controllers, Resource Pods, string Namespace)> HereAsync()
    {
        var ns = await cluster.NamespaceAsync("replication-controller");
        return (cluster.Resource("v1", "replicationcontrollers", ns), cluster.Resource("v1", "pods", ns), ns);
    }

    static string Controller(string name, int replicas, string selector = "null") => $$"""
        {"metadata":{"name":"{{name}}"},"spec":{"replicas":{{replicas}},"selector":{{selector}},"template":{"metadata":{"labels":{"name":"{{name}}"} },
         "spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"httpd","image":"httpd:2"}]} } } }
        """;

    static string Selecting(string name) => $$"""{"name":"{{name}}"}""";

    static string? Owner(JsonObject pod) => pod.At("metadata.ownerReferences")?.AsArray().FirstOrDefault(o => o.Text("controller") == "true").Text("uid");

    [Fact(DisplayName = "[sig-apps] ReplicationController should adopt matching pods on creation [Conformance]")]
    public async Task Adopt()
    {
        var (controllers, pods, _) = await HereAsync();
        await pods.CreateAsync("""{"metadata":{"name":"pod-adoption","labels":{"name":"pod-adoption"}},"spec":{"containers":[{"name":"c","image":"httpd:2"}]}}""");
        await pods.UntilAsync("pod-adoption", p => p.Condition("Ready").Text("status") == "True");
        var made = await controllers.CreateAsync(Controller("pod-adoption", 1, Selecting("pod-adoption")));
        await pods.UntilAsync("pod-adoption", p => Owner(p) == made.Text("metadata.uid"));
        // The adopted one is the one that was asked for.
        await controllers.UntilAsync("pod-adoption", c => c.Number("status.replicas") == 1 && c.Number("status.readyReplicas") == 1);
        Assert.Single(await pods.ItemsAsync());
    }

    [Fact(DisplayName = "[sig-apps] ReplicationController should release no longer matching pods [Conformance]")]
    public async Task Release()
    {
        var (controllers, pods, _) = await HereAsync();
        var uid = (await controllers.CreateAsync(Controller("pod-release", 1, Selecting("pod-release")))).Text("metadata.uid");
        var name = (await pods.UntilAllAsync(all => all.Count == 1, "name=pod-release"))[0].Text("metadata.name")!;
        await pods.ChangeAsync(name, p => p["metadata"]!["labels"] = new JsonObject { ["name"] = "not-matching-name" });
        await pods.UntilAsync(name, p => Owner(p) is null);
        var instead = Assert.Single(await pods.UntilAllAsync(all => all.Count == 1, "name=pod-release"));
        Assert.Equal(uid, Owner(instead));
    }

    [Fact(DisplayName = "[sig-apps] ReplicationController should surface a failure condition on a common issue like exceeded quota [Conformance]")]
    public async Task Failure()
    {
        var (controllers, pods, ns) = await HereAsync();
        var quotas = cluster.Resource("v1", "resourcequotas", ns);
        await quotas.CreateAsync("""{"metadata":{"name":"condition-test"},"spec":{"hard":{"pods":"2"}}}""");
        await quotas.UntilAsync("condition-test", q => q.Text("status.hard.pods") == "2");
        await controllers.CreateAsync(Controller("condition-test", 3));
        var failed = await controllers.UntilAsync("condition-test", c => HasSeen(c) && c.Condition("ReplicaFailure") is not null);
        Assert.Contains("exceeded quota: condition-test", failed.Condition("ReplicaFailure").Text("message"));
        await pods.UntilAllAsync(all => all.Count == 2);
        await controllers.ChangeAsync("condition-test", c => c["spec"]!["replicas"] = 2);
        await controllers.UntilAsync("condition-test", c => HasSeen(c) && c.Number("spec.replicas") == 2 && c.Condition("ReplicaFailure") is null);

        static bool HasSeen(JsonObject controller) => controller.Number("status.observedGeneration") >= controller.Number("metadata.generation");
    }

    [Fact(DisplayName = "[sig-apps] ReplicationController should get and update a ReplicationController scale [Conformance]")]
    public async Task Scale()
    {
        var (controllers, pods, _) = await HereAsync();
        await controllers.CreateAsync(Controller("rc", 1));
        await controllers.UntilAsync("rc", c => c.Number("status.replicas") == 1);
        Assert.Equal(1, (await controllers.GetAsync("rc", "scale")).Number("status.replicas"));
        await Scaling.CheckAsync(controllers, "rc", "name=rc");
        await controllers.UntilAsync("rc", c => c.Number("status.replicas") == 4);
        await pods.UntilAllAsync(all => all.Count == 4);
    }

    [Fact(DisplayName = "[sig-apps] ReplicationController should test the lifecycle of a ReplicationController [Conformance]")]
    public async Task Lifecycle()
    {
        var (controllers, _, _) = await HereAsync();
        await using var watch = await controllers.WatchAsync("name=rc-test");
        await controllers.CreateAsync(Controller("rc-test", 1));
        // Its own labels are those of its template.
        await watch.UntilAsync("ADDED", c => c.Text("metadata.labels.name") == "rc-test");
        await watch.UntilAsync("MODIFIED", c => c.Number("status.replicas") == 1 && c.Number("status.readyReplicas") == 1);
        await controllers.PatchAsync("rc-test", """{"metadata":{"labels":{"patched":"yes"}}}""", Resource.Strategic);
        await watch.UntilAsync("MODIFIED", c => c.Text("metadata.labels.patched") == "yes");

        var none = await controllers.PatchAsync("rc-test", """{"status":{"readyReplicas":0,"availableReplicas":0}}""", Resource.Strategic, "status");
        Assert.Equal(0, none.Number("status.readyReplicas"));
        await watch.UntilAsync("MODIFIED", c => c.Number("status.readyReplicas") == 0);
        // The controller knows better.
        await watch.UntilAsync("MODIFIED", c => c.Number("status.replicas") == 1 && c.Number("status.readyReplicas") == 1);
        Assert.Equal(1, (await controllers.GetAsync("rc-test", "status")).Number("status.replicas"));

        await controllers.PatchAsync("rc-test", """{"spec":{"replicas":2}}""", Resource.Strategic, "scale");
        await watch.UntilAsync("MODIFIED", c => c.Number("spec.replicas") == 2);
        await watch.UntilAsync("MODIFIED", c => c.Number("status.replicas") == 2 && c.Number("status.readyReplicas") == 2);
        Assert.Equal("yes", (await controllers.GetAsync("rc-test")).Text("metadata.labels.patched"));

        await controllers.ChangeAsync("rc-test", c => (c["status"]!["readyReplicas"], c["status"]!["availableReplicas"]) = (1, 1), "status");
        await watch.UntilAsync("MODIFIED", c => c.Number("status.readyReplicas") == 1);
        Assert.Equal("yes", Assert.Single(await controllers.Everywhere.ItemsAsync("name=rc-test")).Text("metadata.labels.patched"));
        await controllers.DeleteCollectionAsync("name=rc-test");
        await watch.UntilAsync("DELETED");
    }
}
