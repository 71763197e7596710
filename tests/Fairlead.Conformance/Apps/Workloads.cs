namespace Fairlead.Conformance.Apps;

/// <summary>Workloads whose controllers are not asked for: the API of their kinds alone.</summary>
public sealed class Workloads(RunningCluster cluster)
{
    const string Template = """{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}}""";
    const string JobTemplate = """{"spec":{"containers":[{"name":"c","image":"i:1"}],"restartPolicy":"OnFailure"}}""";

    async Task<Resource> HereAsync(string apiVersion, string plural)
    {
        await cluster.RequireAsync(apiVersion, plural);
        return cluster.Resource(apiVersion, plural, await cluster.NamespaceAsync(plural));
    }

    /// <summary>Reads, updates and patches the status of an object, and sees each change come by a watch.</summary>
    static async Task StatusAsync(Resource objects, string name, string type = "StatusUpdate")
    {
        await objects.GetAsync(name, "status");
        await using var watch = await objects.WatchAsync();
        await objects.ChangeAsync(name, o =>
        {
            if (o["status"] is not JsonObject) o["status"] = new JsonObject();
            o["status"]!["conditions"] = new JsonArray(new JsonObject { ["type"] = type, ["status"] = "True", ["reason"] = "E2E", ["message"] = "Set from a test" });
        }, "status");
        await watch.UntilAsync("MODIFIED", o => o.Condition(type).Text("message") == "Set from a test");
        await objects.PatchAsync(name, """{"status":{"conditions":[{"type":"StatusPatched","status":"True"}]}}""", subresource: "status");
        await watch.UntilAsync("MODIFIED", o => o.Condition("StatusPatched") is not null);
    }

    static async Task CollectionAsync(Resource objects, string labels)
    {
        Assert.Single(await objects.ItemsAsync(labels));
        await objects.DeleteCollectionAsync(labels);
        Assert.Empty(await objects.UntilAllAsync(all => all.Count == 0, labels));
    }

    static string DaemonSet(string name) => $$$"""
        {"metadata":{"name":"{{{name}}}","labels":{"set":"{{{name}}}"}},"spec":{"selector":{"matchLabels":{"app":"a"}},"template":{{{Template}}}}}
        """;

    [Fact(DisplayName = "[sig-apps] Daemon set [Serial] should list and delete a collection of DaemonSets [Conformance]")]
    public async Task DaemonSetCollection()
    {
        var sets = await HereAsync("apps/v1", "daemonsets");
        await sets.CreateAsync(DaemonSet("ds"));
        await CollectionAsync(sets, "set=ds");
    }

    [Fact(DisplayName = "[sig-apps] Daemon set [Serial] should verify changes to a daemon set status [Conformance]")]
    public async Task DaemonSetStatus()
    {
        var sets = await HereAsync("apps/v1", "daemonsets");
        await sets.CreateAsync(DaemonSet("ds"));
        await StatusAsync(sets, "ds");
    }

    static string StatefulSet(string name, int replicas) => $$$"""
        {"metadata":{"name":"{{{name}}}","labels":{"set":"{{{name}}}"}},
         "spec":{"replicas":{{{replicas}}},"serviceName":"test","selector":{"matchLabels":{"app":"a"}},"template":{{{Template}}}}}
        """;

    [Fact(DisplayName = "[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should have a working scale subresource [Conformance]")]
    public async Task StatefulSetScale()
    {
        var sets = await HereAsync("apps/v1", "statefulsets");
        await sets.CreateAsync(StatefulSet("ss", 1));
        await Scaling.CheckAsync(sets, "ss", "app=a");
    }

    [Fact(DisplayName = "[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should list, patch and delete a collection of StatefulSets [Conformance]")]
    public async Task StatefulSetCollection()
    {
        var sets = await HereAsync("apps/v1", "statefulsets");
        await sets.CreateAsync(StatefulSet("ss", 0));
        var patched = await sets.PatchAsync("ss", """{"metadata":{"labels":{"patched":"yes"}},"spec":{"replicas":2,"template":{"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"i:2"}]}}}}""", Resource.Strategic);
        Assert.Equal((2, "i:2", "yes"), (patched.Number("spec.replicas"), patched.Text("spec.template.spec.containers.0.image"), patched.Text("metadata.labels.patched")));
        await CollectionAsync(sets, "patched=yes");
    }

    [Fact(DisplayName = "[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should validate Statefulset Status endpoints [Conformance]")]
    public async Task StatefulSetStatus()
    {
        var sets = await HereAsync("apps/v1", "statefulsets");
        await sets.CreateAsync(StatefulSet("ss", 1));
        await StatusAsync(sets, "ss");
    }

    static string Job(string name) => $$$"""{"metadata":{"name":"{{{name}}}","labels":{"job":"{{{name}}}"}},"spec":{"suspend":true,"template":{{{JobTemplate}}}}}""";

    [Fact(DisplayName = "[sig-apps] Job should manage the lifecycle of a job [Conformance]")]
    public async Task JobLifecycle()
    {
        var jobs = await HereAsync("batch/v1", "jobs");
        await jobs.CreateAsync(Job("j"));
        Assert.Equal("yes", (await jobs.PatchAsync("j", """{"metadata":{"labels":{"patched":"yes"}},"spec":{"suspend":false}}""", Resource.Strategic)).Text("metadata.labels.patched"));
        Assert.Equal("yes", (await jobs.ChangeAsync("j", j => j.Mark("annotations", "updated", "yes"))).Text("metadata.annotations.updated"));
        await CollectionAsync(jobs, "patched=yes");
    }

    [Fact(DisplayName = "[sig-apps] Job should apply changes to a job status [Conformance]")]
    public async Task JobStatus()
    {
        var jobs = await HereAsync("batch/v1", "jobs");
        await jobs.CreateAsync(Job("j"));
        await jobs.PatchAsync("j", """{"metadata":{"annotations":{"patched":"yes"}},"status":{"startTime":"2025-01-01T12:00:00Z"}}""", subresource: "status");
        Assert.Equal("2025-01-01T12:00:00Z", (await jobs.GetAsync("j", "status")).Text("status.startTime"));
        await StatusAsync(jobs, "j");
    }

    [Fact(DisplayName = "[sig-apps] CronJob should support CronJob API operations [Conformance]")]
    public async Task CronJobs()
    {
        await new Operations(cluster, "batch/v1", "cronjobs", "CronJob")
        {
            Subresources = ["status"],
            Body = _ => $$$"""{"spec":{"schedule":"0 0 29 2 *","suspend":true,"jobTemplate":{"spec":{"template":{{{JobTemplate}}} } } } }""",
            Change = o => o["spec"]!["successfulJobsHistoryLimit"] = 7,
        }.RunAsync();
        var jobs = await HereAsync("batch/v1", "cronjobs");
        await jobs.CreateAsync($$$"""{"metadata":{"name":"cj"},"spec":{"schedule":"0 0 29 2 *","suspend":true,"jobTemplate":{"spec":{"template":{{{JobTemplate}}} } } } }""");
        await jobs.PatchAsync("cj", """{"status":{"lastScheduleTime":"2025-01-01T12:00:00Z"}}""", subresource: "status");
        await jobs.ChangeAsync("cj", j => j["status"]!["lastScheduleTime"] = "2025-01-02T12:00:00Z", "status");
        Assert.Equal("2025-01-02T12:00:00Z", (await jobs.GetAsync("cj", "status")).Text("status.lastScheduleTime"));
    }
}
