using System.Diagnostics;

namespace Fairlead.Conformance.Network;

public sealed class Services(RunningCluster cluster)
{
    sealed record Here(Resource All, Resource Endpoints, Resource Pods);

    async Task<Here> HereAsync()
    {
        var ns = await cluster.NamespaceAsync("services");
        return new(cluster.Resource("v1", "services", ns), cluster.Resource("v1", "endpoints", ns), cluster.Resource("v1", "pods", ns));
    }

    static string Pod(string name, string ports) => $$"""
        {"metadata":{"name":"{{name}}","labels":{"app":"a"} },"spec":{"containers":[{"name":"c","image":"i","ports":[{{ports}}]}]} }
        """;

    /// <summary>Ready addresses and ports, as "pod:port pod:port".</summary>
    static string Shown(JsonObject endpoints) => string.Join(' ', (endpoints["subsets"]?.AsArray() ?? []).SelectMany(s =>
        (s!["addresses"]?.AsArray() ?? []).SelectMany(a => s["ports"]!.AsArray().Select(p => $"{a.Text("targetRef.name")}:{p.Text("port")}"))).Order());

    [Fact(DisplayName = "[sig-network] Services should serve a basic endpoint from pods [Conformance]")]
    public async Task Basic()
    {
        var here = await HereAsync();
        await here.All.CreateAsync("""{"metadata":{"name":"web"},"spec":{"selector":{"app":"a"},"ports":[{"port":80,"targetPort":80}]}}""");
        foreach (var (change, expected) in (( Func<Task>, string)[])
        [
            (() => Task.CompletedTask, ""),
            (() => here.Pods.CreateAsync(Pod("pod1", """{"containerPort":80}""")), "pod1:80"),
            (() => here.Pods.CreateAsync(Pod("pod2", """{"containerPort":80}""")), "pod1:80 pod2:80"),
            (() => here.Pods.DeleteAsync("pod1"), "pod2:80"),
            (() => here.Pods.DeleteAsync("pod2"), ""),
        ])
        {
            await change();
            await here.Endpoints.UntilAsync("web", e => Shown(e) == expected);
        }
    }

    [Fact(DisplayName = "[sig-network] Services should serve multiport endpoints from pods [Conformance]")]
    public async Task MultiPort()
    {
        var here = await HereAsync();
        await here.All.CreateAsync("""
            {"metadata":{"name":"multi"},"spec":{"selector":{"app":"a"},"ports":[{"name":"portname1","port":80,"targetPort":"svc1"},{"name":"portname2","port":81,"targetPort":"svc2"}]}}
            """);
        await here.Pods.CreateAsync(Pod("pod1", """{"name":"svc1","containerPort":100}"""));
        await here.Endpoints.UntilAsync("multi", e => Shown(e) == "pod1:100");
        await here.Pods.CreateAsync(Pod("pod2", """{"name":"svc2","containerPort":101}"""));
        await here.Endpoints.UntilAsync("multi", e => Shown(e) == "pod1:100 pod2:101");
        await here.Pods.DeleteAsync("pod1");
        await here.Endpoints.UntilAsync("multi", e => Shown(e) == "pod2:101");
        await here.Pods.DeleteAsync("pod2");
        await here.Endpoints.UntilAsync("multi", e => Shown(e).Length == 0);
    }

    [Fact(DisplayName = "[sig-network] Services should provide secure master service [Conformance]")]
    public async Task Master() => Assert.Equal(443, (await cluster.Resource("v1", "services", "default").GetAsync("kubernetes")).Number("spec.ports.0.port"));

    [Fact(DisplayName = "[sig-network] Services should find a service from listing all namespaces [Conformance]")]
    public async Task Found() => Assert.Contains(await cluster.Resource("v1", "services").ItemsAsync(),
        s => (s.Text("metadata.namespace"), s.Text("metadata.name")) == ("default", "kubernetes"));

    [Fact(DisplayName = "[sig-network] Services should delete a collection of services [Conformance]")]
    public async Task Collection()
    {
        var here = await HereAsync();
        foreach (var (name, group) in ((string, string)[])[("a", "first"), ("b", "first"), ("c", "second")])
            await here.All.CreateAsync($$$"""{"metadata":{"name":"{{{name}}}","labels":{"group":"{{{group}}}"}},"spec":{"ports":[{"port":80}]}}""");
        await here.All.DeleteCollectionAsync("group=first");
        Assert.Equal(["c"], (await here.All.ItemsAsync()).Select(s => s.Text("metadata.name")));
    }

    [Fact(DisplayName = "[sig-network] Services should complete a service status lifecycle [Conformance]")]
    public async Task Status()
    {
        var here = await HereAsync();
        await using var watch = await here.All.WatchAsync("static=yes");
        await here.All.CreateAsync("""{"metadata":{"name":"lb","labels":{"static":"yes"}},"spec":{"type":"ClusterIP","ports":[{"port":80}]}}""");
        await watch.UntilAsync("ADDED");
        Assert.NotNull((await here.All.GetAsync("lb", "status")).At("status.loadBalancer"));
        await here.All.PatchAsync("lb", """{"metadata":{"annotations":{"patchedstatus":"true"}},"status":{"conditions":[{"type":"StatusPatched","status":"True","reason":"E2E","message":"","lastTransitionTime":"2025-01-01T12:00:00Z"}]}}""", subresource: "status");
        await watch.UntilAsync("MODIFIED", s => s.Condition("StatusPatched") is not null);
        await here.All.ChangeAsync("lb", s => s["status"]!["conditions"]!.AsArray().Add(
            Tree.Parse("""{"type":"StatusUpdate","status":"True","reason":"E2E","message":"Set from a test","lastTransitionTime":"2025-01-01T12:00:00Z"}""")), "status");
        await watch.UntilAsync("MODIFIED", s => s.Condition("StatusUpdate").Text("message") == "Set from a test");
        await here.All.PatchAsync("lb", """{"metadata":{"labels":{"patched":"yes"}}}""", Resource.Strategic);
        await watch.UntilAsync("MODIFIED", s => s.Text("metadata.labels.patched") == "yes");
        await here.All.DeleteAsync("lb");
        await watch.UntilAsync("DELETED");
    }

    [Fact(DisplayName = "[sig-network] Services should test the lifecycle of an Endpoint [Conformance]")]
    public async Task Endpoint()
    {
        var here = await HereAsync();
        await using var watch = await here.Endpoints.WatchAsync("static=yes");
        await here.Endpoints.CreateAsync("""{"metadata":{"name":"e","labels":{"static":"yes"}},"subsets":[{"addresses":[{"ip":"10.0.0.24"}],"ports":[{"name":"http","port":80}]}]}""");
        await watch.NextAsync("ADDED");
        Assert.Single(await here.Endpoints.Everywhere.ItemsAsync("static=yes"));
        await here.Endpoints.ChangeAsync("e", e => e.Mark("labels", "updated", "yes"));
        Assert.Equal("yes", (await watch.NextAsync("MODIFIED")).Text("metadata.labels.updated"));
        await here.Endpoints.PatchAsync("e", """{"subsets":[{"addresses":[{"ip":"10.0.0.25"}],"ports":[{"name":"http-test","port":8080}]}]}""", Resource.Strategic);
        var patched = await watch.NextAsync("MODIFIED");
        Assert.Equal(("10.0.0.25", 8080), (patched.Text("subsets.0.addresses.0.ip"), patched.Number("subsets.0.ports.0.port")));
        await here.Endpoints.DeleteCollectionAsync("static=yes");
        await watch.NextAsync("DELETED");
    }

    [Fact(DisplayName = "[sig-network] Service endpoints latency should not be very high [Conformance]")]
    public async Task Latency()
    {
        var here = await HereAsync();
        await here.Pods.CreateAsync(Pod("pod", """{"containerPort":80}"""));
        await here.Pods.UntilAsync("pod", p => p.Condition("Ready").Text("status") == "True");
        var times = new List<TimeSpan>();
        for (var i = 0; i < 50; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await here.All.CreateAsync($$$"""{"metadata":{"name":"s{{{i}}}"},"spec":{"selector":{"app":"a"},"ports":[{"port":80}]}}""");
            await here.Endpoints.UntilAsync($"s{i}", e => Shown(e) == "pod:80");
            times.Add(Stopwatch.GetElapsedTime(started));
        }
        times.Sort();
        Assert.True(times[25] < TimeSpan.FromSeconds(20) && times[45] < TimeSpan.FromSeconds(50), $"median {times[25]}, 90 % {times[45]}");
    }
}
