namespace Fairlead.Conformance.ApiMachinery;

public sealed class Chunking
{
    const int Objects = 40;
    const int Part = 17;

    static async Task<Resource> FilledAsync(TestServer server)
    {
        var ns = await server.NamespaceAsync("chunks");
        var maps = new Resource(server, "v1", "configmaps", ns);
        await Task.WhenAll(Enumerable.Range(0, Objects).Select(i => maps.CreateAsync($$$"""{"metadata":{"name":"map-{{{i:D2}}}"}}""")));
        return maps;
    }

    /// <summary>A server of its own: it is made to forget.</summary>
    static async Task<TestServer> StartAsync()
    {
        var server = new TestServer();
        await server.InitializeAsync();
        return server;
    }

    static IEnumerable<string> Names(JsonObject list) => list["items"]!.AsArray().Select(i => i.Text("metadata.name")!);

    /// <summary>Reads on to the end; each part says how many remain, and all have the revision of the first.</summary>
    static async Task<List<string>> RestAsync(Resource maps, JsonObject part)
    {
        var names = Names(part).ToList();
        var revision = part.Text("metadata.resourceVersion");
        while (part.Text("metadata.continue") is { Length: > 0 } next)
        {
            part = await maps.ListAsync(more: $"&limit={Part}&continue={next}");
            Assert.InRange(Names(part).Count(), 1, Part);
            Assert.Equal(revision, part.Text("metadata.resourceVersion"));
            names.AddRange(Names(part));
        }
        return names;
    }

    [Fact(DisplayName = "[sig-api-machinery] Servers with support for API chunking should return chunks of results for list calls [Conformance]")]
    public async Task Chunks()
    {
        await using var server = await StartAsync();
        var maps = await FilledAsync(server);
        var first = await maps.ListAsync(more: $"&limit={Part}");
        Assert.Equal(Part, Names(first).Count());
        Assert.Equal(Objects - Part, first.Number("metadata.remainingItemCount"));
        var names = await RestAsync(maps, first);
        Assert.Equal(Enumerable.Range(0, Objects).Select(i => $"map-{i:D2}"), names);
        var whole = await maps.ListAsync();
        Assert.Equal(names, Names(whole));
        Assert.Null(whole.Text("metadata.continue"));
        Assert.Null(whole.Text("metadata.remainingItemCount"));
    }

    [Fact(DisplayName = "[sig-api-machinery] Servers with support for API chunking should support continue listing from the last key if the original version has been compacted away, though the list is inconsistent [Slow] [Conformance]")]
    public async Task Compacted()
    {
        await using var server = await StartAsync();
        var maps = await FilledAsync(server);
        var first = await maps.ListAsync(more: $"&limit={Part}");
        var token = first.Text("metadata.continue")!;
        await maps.DeleteAsync("map-30");
        await server.Store.CompactAsync(server.Store.Revision, default);

        var expired = await server.GetAsync($"{maps.Path()}?limit={Part}&continue={token}");
        Assert.Equal((410, "Expired"), (expired.Code, expired.Reason));
        var inconsistent = expired.At("metadata.continue");
        Assert.NotNull(inconsistent);
        Assert.NotEqual(token, inconsistent);

        var second = await maps.ListAsync(more: $"&limit={Part}&continue={inconsistent}");
        Assert.Equal(Enumerable.Range(Part, 30 - Part).Concat(Enumerable.Range(31, 4)).Select(i => $"map-{i:D2}"), Names(second));
        Assert.True(second.Revision() > first.Revision());
        Assert.Equal(5, second.Number("metadata.remainingItemCount"));
        Assert.Equal(22, (await RestAsync(maps, second)).Count);
    }
}
