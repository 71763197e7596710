namespace Fairlead.Conformance.ApiMachinery;

public sealed class Watchers(RunningCluster cluster)
{
    static string Map(string name, string label, int mutation = 0) =>
        $$$"""{"metadata":{"name":"{{{name}}}","labels":{"watch-this":"{{{label}}}"}},"data":{"mutation":"{{{mutation}}}"}}""";

    static string Mutation(int number) => $$$"""{"data":{"mutation":"{{{number}}}"}}""";

    async Task<Resource> MapsAsync() => cluster.Resource("v1", "configmaps", await cluster.NamespaceAsync("watchers"));

    [Fact(DisplayName = "[sig-api-machinery] Watchers should observe add, update, and delete watch notifications on configmaps [Conformance]")]
    public async Task Notifications()
    {
        var maps = await MapsAsync();
        await using var a = await maps.WatchAsync("watch-this=a");
        await using var b = await maps.WatchAsync("watch-this=b");
        await using var either = await maps.WatchAsync("watch-this in (a,b)");
        foreach (var (label, own, other) in ((string, Watch, Watch)[])[("a", a, b), ("b", b, a)])
        {
            await maps.CreateAsync(Map($"map-{label}", label));
            foreach (var watch in (Watch[])[own, either]) await watch.NextAsync("ADDED");
            for (var i = 1; i <= 2; i++)
            {
                await maps.PatchAsync($"map-{label}", Mutation(i));
                foreach (var watch in (Watch[])[own, either]) Assert.Equal($"{i}", (await watch.NextAsync("MODIFIED")).Text("data.mutation"));
            }
            await maps.DeleteAsync($"map-{label}");
            foreach (var watch in (Watch[])[own, either]) Assert.Equal("2", (await watch.NextAsync("DELETED")).Text("data.mutation"));
            Assert.Null(await other.TryNextAsync(TimeSpan.FromMilliseconds(50)));
        }
    }

    [Fact(DisplayName = "[sig-api-machinery] Watchers should be able to start watching from a specific resource version [Conformance]")]
    public async Task FromRevision()
    {
        var maps = await MapsAsync();
        await maps.CreateAsync(Map("map", "a"));
        var first = await maps.PatchAsync("map", Mutation(1));
        await maps.PatchAsync("map", Mutation(2));
        await maps.DeleteAsync("map");
        await using var watch = await maps.WatchAsync("watch-this=a", revision: first.Text("metadata.resourceVersion"));
        Assert.Equal("2", (await watch.NextAsync("MODIFIED")).Text("data.mutation"));
        Assert.Equal("2", (await watch.NextAsync("DELETED")).Text("data.mutation"));
    }

    [Fact(DisplayName = "[sig-api-machinery] Watchers should be able to restart watching from the last resource version observed by the previous watch [Conformance]")]
    public async Task Restarted()
    {
        var maps = await MapsAsync();
        string last;
        await using (var watch = await maps.WatchAsync("watch-this=a"))
        {
            await maps.CreateAsync(Map("map", "a"));
            await watch.NextAsync("ADDED");
            await maps.PatchAsync("map", Mutation(1));
            last = (await watch.NextAsync("MODIFIED")).Text("metadata.resourceVersion")!;
        }
        await maps.PatchAsync("map", Mutation(2));
        await using var again = await maps.WatchAsync("watch-this=a", revision: last);
        await maps.DeleteAsync("map");
        Assert.Equal("2", (await again.NextAsync("MODIFIED")).Text("data.mutation"));
        await again.NextAsync("DELETED");
    }

    [Fact(DisplayName = "[sig-api-machinery] Watchers should observe an object deletion if it stops meeting the requirements of the selector [Conformance]")]
    public async Task LeavesSelection()
    {
        var maps = await MapsAsync();
        await using var watch = await maps.WatchAsync("watch-this=a");
        await maps.CreateAsync(Map("map", "a"));
        await watch.NextAsync("ADDED");
        await maps.PatchAsync("map", Mutation(1));
        await watch.NextAsync("MODIFIED");
        var left = await maps.PatchAsync("map", """{"metadata":{"labels":{"watch-this":"elsewhere"}},"data":{"mutation":"2"}}""");
        // As it was while it was selected, at the revision at which it left.
        var deleted = await watch.NextAsync("DELETED");
        Assert.Equal(("a", "1"), (deleted.Text("metadata.labels.watch-this"), deleted.Text("data.mutation")));
        Assert.Equal(left.Revision(), deleted.Revision());
        await maps.PatchAsync("map", Mutation(3));
        Assert.Null(await watch.TryNextAsync(TimeSpan.FromMilliseconds(50)));
        await maps.PatchAsync("map", """{"metadata":{"labels":{"watch-this":"a"}}}""");
        Assert.Equal("3", (await watch.NextAsync("ADDED")).Text("data.mutation"));
        await maps.PatchAsync("map", Mutation(4));
        await watch.NextAsync("MODIFIED");
        await maps.DeleteAsync("map");
        Assert.Equal("4", (await watch.NextAsync("DELETED")).Text("data.mutation"));
    }

    [Fact(DisplayName = "[sig-api-machinery] Watchers should receive events on concurrent watches in same order [Conformance]")]
    public async Task SameOrder()
    {
        const int events = 60;
        var maps = await MapsAsync();
        await using var first = await maps.WatchAsync();
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, 3).Select(w => WriteAsync(maps, w, stop.Token)));
        var watches = new List<Watch>();
        var order = new List<string>();
        for (var i = 0; i < events; i++)
        {
            var next = await first.NextAsync();
            order.Add($"{next.Text("type")} {next.Text("object.metadata.name")} {next.Text("object.metadata.resourceVersion")}");
            if (i % 6 == 0) watches.Add(await maps.WatchAsync(revision: next.Text("object.metadata.resourceVersion")));
        }
        for (var w = 0; w < watches.Count; w++)
        {
            foreach (var expected in order.Skip(w * 6 + 1))
            {
                var next = await watches[w].NextAsync();
                Assert.Equal(expected, $"{next.Text("type")} {next.Text("object.metadata.name")} {next.Text("object.metadata.resourceVersion")}");
            }
            await watches[w].DisposeAsync();
        }
        await stop.CancelAsync();
        await writing;
    }

    static async Task WriteAsync(Resource maps, int writer, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested && i < 100; i++)
        {
            var name = $"w{writer}-{i}";
            await maps.CreateAsync(Map(name, "a"));
            await maps.PatchAsync(name, Mutation(i));
            if (i % 2 == 0) await maps.DeleteAsync(name);
        }
    }
}
