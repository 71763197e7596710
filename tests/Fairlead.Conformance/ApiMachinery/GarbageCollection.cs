namespace Fairlead.Conformance.ApiMachinery;

public sealed class GarbageCollection(RunningCluster cluster)
{
    const string Template = """{"metadata":{"labels":{"app":"gc"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""";

    static string Controller(string name, int replicas, string app = "gc") => $$$"""
        {"metadata":{"name":"{{{name}}}"},"spec":{"replicas":{{{replicas}}},"selector":{"app":"{{{app}}}"},"template":{{{Template.Replace("\"gc\"", $"\"{app}\"", StringComparison.Ordinal)}}}}}
        """;

    static string Deployment(int replicas) => $$$"""
        {"metadata":{"name":"web"},"spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"gc"}},"template":{{{Template}}}}}
        """;

    static string Policy(string policy) => $$$"""{"propagationPolicy":"{{{policy}}}"}""";

    sealed record Here(Resource Deployments, Resource Sets, Resource Controllers, Resource Pods);

    async Task<Here> HereAsync()
    {
        var ns = await cluster.NamespaceAsync("gc");
        return new(cluster.Resource("apps/v1", "deployments", ns), cluster.Resource("apps/v1", "replicasets", ns),
            cluster.Resource("v1", "replicationcontrollers", ns), cluster.Resource("v1", "pods", ns));
    }

    [Fact(DisplayName = "[sig-api-machinery] Garbage collector should delete RS created by deployment when not orphaning [Conformance]")]
    public async Task DeploymentInTheBackground()
    {
        var here = await HereAsync();
        await here.Deployments.CreateAsync(Deployment(2));
        await here.Pods.UntilAllAsync(pods => pods.Count == 2);
        await here.Deployments.DeleteAsync("web", Policy("Background"));
        await here.Deployments.AbsentAsync("web");
        await here.Sets.UntilAllAsync(sets => sets.Count == 0);
        await here.Pods.UntilAllAsync(pods => pods.Count == 0);
    }

    [Fact(DisplayName = "[sig-api-machinery] Garbage collector should orphan RS created by deployment when deleteOptions.PropagationPolicy is Orphan [Conformance]")]
    public async Task DeploymentOrphans()
    {
        var here = await HereAsync();
        await here.Deployments.CreateAsync(Deployment(1));
        await here.Pods.UntilAllAsync(pods => pods.Count == 1);
        await here.Deployments.DeleteAsync("web", Policy("Orphan"));
        await here.Deployments.GoneAsync("web");
        var set = Assert.Single(await here.Sets.ItemsAsync());
        Assert.Null(set.Text("metadata.ownerReferences.0.uid"));
        Assert.Null(set.Text("metadata.deletionTimestamp"));
        var pod = Assert.Single(await here.Pods.ItemsAsync());
        Assert.Equal(set.Text("metadata.uid"), pod.Text("metadata.ownerReferences.0.uid"));
    }

    /// <summary>A ReplicationController that has counted all its Pods.</summary>
    async Task<Here> ControllerAsync(string name, int replicas)
    {
        var here = await HereAsync();
        await here.Controllers.CreateAsync(Controller(name, replicas));
        await here.Controllers.UntilAsync(name, c => c.Number("status.replicas") == replicas);
        return here;
    }

    [Fact(DisplayName = "[sig-api-machinery] Garbage collector should delete pods created by rc when not orphaning [Conformance]")]
    public async Task ControllerInTheBackground()
    {
        var here = await ControllerAsync("rc", 2);
        await here.Controllers.DeleteAsync("rc", Policy("Background"));
        await here.Pods.UntilAllAsync(pods => pods.Count == 0);
    }

    [Fact(DisplayName = "[sig-api-machinery] Garbage collector should orphan pods created by rc if delete options say so [Conformance]")]
    public async Task ControllerOrphans()
    {
        var here = await ControllerAsync("rc", 10);
        await here.Controllers.DeleteAsync("rc", Policy("Orphan"));
        await here.Controllers.GoneAsync("rc");
        var pods = await here.Pods.ItemsAsync();
        Assert.Equal(10, pods.Count);
        Assert.All(pods, p => Assert.Null(p.Text("metadata.ownerReferences.0.uid")));
    }

    [Fact(DisplayName = "[sig-api-machinery] Garbage collector should keep the rc around until all its pods are deleted if the deleteOptions says so [Conformance]")]
    public async Task ControllerInTheForeground()
    {
        var here = await ControllerAsync("rc", 10);
        await using var watch = await here.Controllers.WatchAsync();
        await here.Controllers.DeleteAsync("rc", Policy("Foreground"));
        await watch.UntilAsync("DELETED");
        Assert.Empty(await here.Pods.ItemsAsync());
    }

    [Fact(DisplayName = "[sig-api-machinery] Garbage collector should not delete dependents that have both valid owner and owner that's waiting for dependents to be deleted [Conformance]")]
    public async Task TwoOwners()
    {
        var here = await ControllerAsync("rc-going", 10);
        var stays = await here.Controllers.CreateAsync(Controller("rc-staying", 0, "other"));
        var shared = (await here.Pods.ItemsAsync()).Take(5).Select(p => p.Text("metadata.name")!).Order().ToList();
        foreach (var name in shared)
        {
            await here.Pods.ChangeAsync(name, p => p["metadata"]!["ownerReferences"]!.AsArray().Add(new JsonObject
            {
                ["apiVersion"] = "v1", ["kind"] = "ReplicationController", ["name"] = "rc-staying", ["uid"] = stays.Text("metadata.uid"),
            }));
        }
        await here.Controllers.DeleteAsync("rc-going", Policy("Foreground"));
        await here.Controllers.GoneAsync("rc-going");
        var left = await here.Pods.ItemsAsync();
        Assert.Equal(shared, left.Select(p => p.Text("metadata.name")!).Order());
        Assert.All(left, p => Assert.Null(p.Text("metadata.deletionTimestamp")));
    }

    [Fact(DisplayName = "[sig-api-machinery] Garbage collector should not be blocked by dependency circle [Conformance]")]
    public async Task Circle()
    {
        var here = await HereAsync();
        var uids = new Dictionary<int, string>();
        for (var i = 1; i <= 3; i++)
        {
            var pod = await here.Pods.CreateAsync($$$"""{"metadata":{"name":"pod{{{i}}}"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
            uids[i] = pod.Text("metadata.uid")!;
        }
        foreach (var (owned, owner) in ((int, int)[])[(1, 3), (2, 1), (3, 2)])
        {
            await here.Pods.PatchAsync($"pod{owned}", $$$"""
                {"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"pod{{{owner}}}","uid":"{{{uids[owner]}}}","controller":true,"blockOwnerDeletion":true}]}}
                """, Resource.Strategic);
        }
        await here.Pods.DeleteAsync("pod1", Policy("Foreground"));
        await here.Pods.UntilAllAsync(pods => pods.Count == 0);
    }
}
