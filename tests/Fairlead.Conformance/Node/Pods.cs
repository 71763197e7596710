namespace Fairlead.Conformance.Node;

public sealed class Pods(RunningCluster cluster)
{
    async Task<Resource> HereAsync() => cluster.Resource("v1", "pods", await cluster.NamespaceAsync("pods"));

    static string Pod(string name, string labels = """ "e2e":"yes" """, string resources = "{}", string more = "") => $$"""
        {"metadata":{"name":"{{name}}","labels":{ {{labels}} } },"spec":{ {{more}}"containers":[{"name":"c","image":"i:1","resources":{{resources}} }]} }
        """;

    static bool IsRunning(JsonObject pod) => pod.Text("status.phase") == "Running";

    [Fact(DisplayName = "[sig-node] Pods Extended Pods Set QOS Class should be set on Pods with matching resource requests and limits for memory and cpu [Conformance]")]
    public async Task QosClass()
    {
        var pods = await HereAsync();
        const string Amounts = """{"cpu":"100m","memory":"100Mi"}""";
        await pods.CreateAsync(Pod("guaranteed", resources: $$"""{"requests":{{Amounts}},"limits":{{Amounts}} }"""));
        await pods.CreateAsync(Pod("burstable", resources: $$"""{"requests":{{Amounts}} }"""));
        await pods.CreateAsync(Pod("effort"));
        foreach (var (name, expected) in ((string, string)[])[("guaranteed", "Guaranteed"), ("burstable", "Burstable"), ("effort", "BestEffort")])
            Assert.Equal(expected, (await pods.GetAsync(name)).Text("status.qosClass"));
    }

    [Fact(DisplayName = "[sig-node] Pods should be submitted and removed [NodeConformance] [Conformance]")]
    public async Task SubmittedAndRemoved()
    {
        var pods = await HereAsync();
        Assert.Empty(await pods.ItemsAsync("time=now"));
        await using var watch = await pods.WatchAsync("time=now");
        await pods.CreateAsync(Pod("p", """ "name":"foo","time":"now" """));
        Assert.Single(await pods.ItemsAsync("time=now"));
        await watch.UntilAsync("ADDED");
        await pods.UntilAsync("p", IsRunning);
        await pods.DeleteAsync("p", """{"gracePeriodSeconds":30}""");
        await watch.UntilAsync("MODIFIED", p => p.Text("metadata.deletionTimestamp") is not null);
        Assert.NotNull((await watch.UntilAsync("DELETED")).Text("metadata.deletionTimestamp"));
        Assert.Empty(await pods.ItemsAsync("time=now"));
    }

    [Fact(DisplayName = "[sig-node] Pods should be updated [NodeConformance] [Conformance]")]
    public async Task Updated()
    {
        var pods = await HereAsync();
        await pods.CreateAsync(Pod("p", """ "time":"now" """));
        await pods.UntilAsync("p", IsRunning);
        await pods.ChangeAsync("p", p => p.Mark("labels", "time", "later"));
        Assert.Single(await pods.ItemsAsync("time=later"));
        Assert.Empty(await pods.ItemsAsync("time=now"));
    }

    [Fact(DisplayName = "[sig-node] Pods should delete a collection of pods [Conformance]")]
    public async Task Collection()
    {
        var pods = await HereAsync();
        foreach (var name in (string[])["a", "b", "c"]) await pods.CreateAsync(Pod(name, """ "type":"Testing" """));
        Assert.Equal(3, (await pods.ItemsAsync("type=Testing")).Count);
        await pods.DeleteCollectionAsync("type=Testing", options: """{"gracePeriodSeconds":1}""");
        await pods.UntilAllAsync(all => all.Count == 0, "type=Testing");
    }

    [Fact(DisplayName = "[sig-node] Pods should get a host IP [NodeConformance] [Conformance]")]
    public async Task HostIP()
    {
        var pods = await HereAsync();
        await pods.CreateAsync(Pod("p"));
        Assert.True(System.Net.IPAddress.TryParse((await pods.UntilAsync("p", p => p.Text("status.hostIP") is not null)).Text("status.hostIP"), out _));
    }

    [Fact(DisplayName = "[sig-node] Pods should patch a pod status [Conformance]")]
    public async Task PatchStatus()
    {
        var pods = await HereAsync();
        await pods.CreateAsync(Pod("p"));
        await pods.UntilAsync("p", IsRunning);
        var patched = await pods.PatchAsync("p", """{"status":{"message":"Patched by a test","reason":"E2E"}}""", Resource.Strategic, "status");
        Assert.Equal(("Patched by a test", "E2E", "Running"), (patched.Text("status.message"), patched.Text("status.reason"), patched.Text("status.phase")));
    }

    [Fact(DisplayName = "[sig-node] Pods should run through the lifecycle of Pods and PodStatus [Conformance]")]
    public async Task Lifecycle()
    {
        var pods = await HereAsync();
        await using var watch = await pods.WatchAsync("static=yes");
        await pods.CreateAsync(Pod("p", """ "static":"yes" """));
        await watch.UntilAsync("ADDED");
        await watch.UntilAsync("MODIFIED", IsRunning);
        await pods.PatchAsync("p", """{"metadata":{"labels":{"patched":"yes"}},"spec":{"containers":[{"name":"c","image":"i:2"}]}}""", Resource.Strategic);
        var patched = await watch.UntilAsync("MODIFIED", p => p.Text("metadata.labels.patched") == "yes");
        Assert.Equal("i:2", patched.Text("spec.containers.0.image"));
        Assert.Equal("Running", (await pods.GetAsync("p", "status")).Text("status.phase"));
        await pods.ChangeAsync("p", p =>
        {
            foreach (var condition in p["status"]!["conditions"]!.AsArray().Where(c => c.Text("type") is "Ready")) condition!["status"] = "False";
        }, "status");
        await watch.UntilAsync("MODIFIED", p => p.Condition("Ready").Text("status") == "False");
        await pods.DeleteCollectionAsync("static=yes");
        await watch.UntilAsync("DELETED");
    }

    /// <summary>The API's part: containers are added one after another, and nothing else about the Pod may change.</summary>
    [Fact(DisplayName = "[sig-node] Ephemeral Containers [NodeConformance] should update the ephemeral containers in an existing pod [Conformance]")]
    public async Task EphemeralContainers()
    {
        var pods = await HereAsync();
        await pods.CreateAsync(Pod("p"));
        await pods.UntilAsync("p", IsRunning);
        await pods.PatchAsync("p", """{"spec":{"ephemeralContainers":[{"name":"debugger","image":"i","stdin":true,"tty":true}]}}""", Resource.Strategic, "ephemeralcontainers");
        Assert.Single((await pods.GetAsync("p")).At("spec.ephemeralContainers")!.AsArray());
        var two = await pods.ChangeAsync("p", p => p["spec"]!["ephemeralContainers"]!.AsArray().Add(Tree.Parse("""{"name":"debugger2","image":"i"}""")), "ephemeralcontainers");
        Assert.Equal(2, two.At("spec.ephemeralContainers")!.AsArray().Count);
        two["spec"]!["ephemeralContainers"]!.AsArray().RemoveAt(0);
        await pods.RefusedAsync(HttpMethod.Put, 422, "p", two.ToJsonString(), subresource: "ephemeralcontainers");
    }

    [Fact(DisplayName = "[sig-node] Sysctls [LinuxOnly] [NodeConformance] should reject invalid sysctls [MinimumKubeletVersion:1.21] [Conformance]")]
    public async Task Sysctls()
    {
        var pods = await HereAsync();
        var refused = await pods.RefusedAsync(HttpMethod.Post, 422, body: Pod("p", more: """
            "securityContext":{"sysctls":[{"name":"foo-","value":"bar"},{"name":"kernel.shmmax","value":"100000000"},{"name":"safe-and-unsafe","value":"100000000"},{"name":"bar..","value":"42"}]},
            """));
        foreach (var (place, name) in ((int, string)[])[(0, "foo-"), (3, "bar..")])
            Assert.Contains($"spec.securityContext.sysctls[{place}].name: Invalid value: \"{name}\"", refused.Message);
        Assert.DoesNotContain("sysctls[1]", refused.Message);
        Assert.DoesNotContain("sysctls[2]", refused.Message);
    }

    [Fact(DisplayName = "[sig-storage] CSIInlineVolumes should support CSIVolumeSource in Pod API [Conformance]")]
    public async Task InlineVolumes()
    {
        var pods = await HereAsync();
        var volume = """ "volumes":[{"name":"v","csi":{"driver":"e2e.example.com","readOnly":true}}], """;
        await pods.CreateAsync(Pod("p", more: volume));
        var read = await pods.GetAsync("p");
        Assert.Equal("e2e.example.com", read["spec"]!["volumes"]!.AsArray().Single(v => v.Text("name") == "v").Text("csi.driver"));
        Assert.Single(await pods.Everywhere.ItemsAsync(fields: $"metadata.namespace={read.Text("metadata.namespace")}"));
        await pods.PatchAsync("p", """{"metadata":{"labels":{"patched":"yes"}}}""", Resource.Strategic);
        Assert.Single(await pods.ItemsAsync("patched=yes"));
        await pods.DeleteCollectionAsync("patched=yes");
        await pods.GoneAsync("p");
    }
}
