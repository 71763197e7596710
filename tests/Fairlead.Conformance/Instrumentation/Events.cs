namespace Fairlead.Conformance.Instrumentation;

public sealed class Events(RunningCluster cluster)
{
    async Task<(Resource Core, Resource New, string Namespace)> HereAsync()
    {
        var ns = await cluster.NamespaceAsync("events");
        return (cluster.Resource("v1", "events", ns), cluster.Resource("events.k8s.io/v1", "events", ns), ns);
    }

    static string CoreEvent(string ns, string name) => $$$"""
        {"metadata":{"name":"{{{name}}}","labels":{"testevent":"yes"}},"message":"This is a test","reason":"Test","type":"Normal","count":1,
         "involvedObject":{"namespace":"{{{ns}}}","kind":"Pod","name":"p"}}
        """;

    static string NewEvent(string ns, string name) => $$$"""
        {"metadata":{"name":"{{{name}}}","labels":{"testevent":"yes"}},"regarding":{"namespace":"{{{ns}}}","kind":"Pod","name":"p"},
         "eventTime":"2025-01-01T12:00:00.000001Z","note":"This is {{{name}}}","type":"Normal","reason":"Test","action":"Do",
         "reportingController":"test-controller","reportingInstance":"test-node"}
        """;

    [Fact(DisplayName = "[sig-instrumentation] Events should manage the lifecycle of an event [Conformance]")]
    public async Task CoreLifecycle()
    {
        var (events, _, ns) = await HereAsync();
        await events.CreateAsync(CoreEvent(ns, "e"));
        Assert.Single(await events.Everywhere.ItemsAsync("testevent=yes", $"metadata.namespace={ns}"));
        Assert.Equal("patched", (await events.PatchAsync("e", """{"message":"patched"}""", Resource.Strategic)).Text("message"));
        await events.ChangeAsync("e", e => e["series"] = Tree.Parse("""{"count":100,"lastObservedTime":"2025-01-01T12:00:00.000001Z"}"""));
        var read = await events.GetAsync("e");
        Assert.Equal((100, "2025-01-01T12:00:00.000001Z"), (read.Number("series.count"), read.Text("series.lastObservedTime")));
        await events.DeleteAsync("e");
        Assert.Empty(await events.ItemsAsync("testevent=yes"));
    }

    [Fact(DisplayName = "[sig-instrumentation] Events should delete a collection of events [Conformance]")]
    public async Task CoreCollection()
    {
        var (events, _, ns) = await HereAsync();
        foreach (var name in (string[])["a", "b", "c"]) await events.CreateAsync(CoreEvent(ns, name));
        Assert.Equal(3, (await events.ItemsAsync("testevent=yes")).Count);
        await events.DeleteCollectionAsync("testevent=yes");
        Assert.Empty(await events.ItemsAsync("testevent=yes"));
    }

    [Fact(DisplayName = "[sig-instrumentation] Events API should ensure that an event can be fetched, patched, deleted, and listed [Conformance]")]
    public async Task NewLifecycle()
    {
        var (core, events, ns) = await HereAsync();
        await events.CreateAsync(NewEvent(ns, "e"));
        foreach (var list in (Resource[])[events, events.Everywhere])
            Assert.Single(await list.ItemsAsync("testevent=yes", $"metadata.namespace={ns}"));
        Assert.Equal("This is e", (await events.GetAsync("e")).Text("note"));
        // One event, whichever of the two groups asks.
        var old = await core.GetAsync("e");
        Assert.Equal(("v1", "This is e", "p"), (old.Text("apiVersion"), old.Text("message"), old.Text("involvedObject.name")));
        Assert.Single(await events.ItemsAsync(fields: "regarding.name=p"));
        Assert.Empty(await events.ItemsAsync(fields: "regarding.name=q"));
        var patched = await events.PatchAsync("e", """{"series":{"count":2,"lastObservedTime":"2025-01-01T12:00:01.000001Z"}}""", Resource.Strategic);
        Assert.Equal((2, "2025-01-01T12:00:01.000001Z"), (patched.Number("series.count"), patched.Text("series.lastObservedTime")));
        Assert.Equal("100", (await events.ChangeAsync("e", e => e["series"]!["count"] = 100)).Text("series.count"));
        await events.RefusedAsync(HttpMethod.Patch, 422, "e", """{"note":"another"}""", Resource.Merge);
        await events.DeleteAsync("e");
        Assert.Empty(await events.ItemsAsync("testevent=yes"));
        await core.AbsentAsync("e");
    }

    [Fact(DisplayName = "[sig-instrumentation] Events API should delete a collection of events [Conformance]")]
    public async Task NewCollection()
    {
        var (_, events, ns) = await HereAsync();
        foreach (var name in (string[])["a", "b", "c"]) await events.CreateAsync(NewEvent(ns, name));
        Assert.Equal(3, (await events.ItemsAsync("testevent=yes")).Count);
        await events.DeleteCollectionAsync("testevent=yes");
        Assert.Empty(await events.ItemsAsync("testevent=yes"));
    }
}
