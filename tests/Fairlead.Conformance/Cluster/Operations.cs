namespace Fairlead.Conformance.Cluster;

/// <summary>
/// What the list asks of nearly every kind under "should support … API operations": it is in the discovery documents, and
/// create, get, list, watch, update, patch, delete and deletecollection do their work.
/// </summary>
public sealed record Operations(RunningCluster Cluster, string ApiVersion, string Plural, string Kind)
{
    public bool Namespaced { get; init; } = true;

    /// <summary>Subresources that discovery must name too, such as status.</summary>
    public IReadOnlyList<string> Subresources { get; init; } = [];

    /// <summary>An object of a name: everything but apiVersion, kind and metadata.</summary>
    public required Func<string, string> Body { get; init; }

    /// <summary>A valid change of the object beyond its metadata, if the kind allows one.</summary>
    public Action<JsonObject>? Change { get; init; }

    /// <summary>The name of the Nth object; some kinds bind the name to the content.</summary>
    public Func<string, int, string> Name { get; init; } = (mark, number) => $"{mark}-{number}";

    /// <summary>Runs all of it.</summary>
    public async Task RunAsync()
    {
        await Cluster.RequireAsync(ApiVersion, Plural);
        await DiscoverAsync();
        var ns = Namespaced ? await Cluster.NamespaceAsync(Plural) : null;
        var mark = $"{Plural}-{Guid.NewGuid():N}"[..Math.Min(Plural.Length + 9, 30)];
        var objects = Cluster.Resource(ApiVersion, Plural, ns);
        var labels = $"conformance={mark}";
        await using var watch = await objects.WatchAsync(labels);
        await CreateAndReadAsync(objects, watch, mark, labels);
        await ChangeAsync(objects, watch, Name(mark, 1));
        await objects.DeleteAsync(Name(mark, 1));
        await watch.UntilAsync("DELETED", o => o.Text("metadata.name") == Name(mark, 1));
        await objects.AbsentAsync(Name(mark, 1));
        await objects.DeleteCollectionAsync(labels);
        Assert.Empty(await objects.UntilAllAsync(all => all.Count == 0, labels));
    }

    async Task DiscoverAsync()
    {
        if (ApiVersion.Split('/') is [var group, var version])
        {
            var groups = await Cluster.Server.GetAsync("/apis");
            var found = groups.Json["groups"]!.AsArray().Single(g => g.Text("name") == group);
            Assert.Contains(found!["versions"]!.AsArray(), v => v.Text("version") == version);
            var one = await Cluster.Server.GetAsync($"/apis/{group}");
            Assert.Contains(one.Json["versions"]!.AsArray(), v => v.Text("groupVersion") == ApiVersion);
        }
        var resources = (await Cluster.Server.GetAsync(ApiVersion.Contains('/') ? $"/apis/{ApiVersion}" : $"/api/{ApiVersion}")).Json["resources"]!.AsArray();
        var main = resources.Single(r => r.Text("name") == Plural);
        Assert.Equal((Kind, Namespaced), (main.Text("kind"), main!["namespaced"]!.GetValue<bool>()));
        foreach (var verb in (string[])["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"])
            Assert.Contains(main["verbs"]!.AsArray(), v => (string?)v == verb);
        foreach (var subresource in Subresources) Assert.Contains(resources, r => r.Text("name") == $"{Plural}/{subresource}");
    }

    async Task CreateAndReadAsync(Resource objects, Watch watch, string mark, string labels)
    {
        for (var i = 1; i <= 3; i++)
        {
            var made = await objects.CreateAsync(Whole(Name(mark, i), mark));
            Assert.NotNull(made.Text("metadata.uid"));
            Assert.NotNull(made.Text("metadata.creationTimestamp"));
            Assert.NotNull(made.Text("metadata.resourceVersion"));
            await watch.UntilAsync("ADDED", o => o.Text("metadata.name") == Name(mark, i));
        }
        var read = await objects.GetAsync(Name(mark, 1));
        Assert.Equal((ApiVersion, Kind, mark), (read.Text("apiVersion"), read.Text("kind"), read.Text("metadata.labels.conformance")));
        Assert.Equal(3, (await objects.ItemsAsync(labels)).Count);
        Assert.Equal(3, (await objects.Everywhere.ItemsAsync(labels)).Count);
    }

    async Task ChangeAsync(Resource objects, Watch watch, string name)
    {
        var before = await objects.GetAsync(name);
        var patched = await objects.PatchAsync(name, """{"metadata":{"annotations":{"patched":"true"}}}""");
        Assert.Equal("true", patched.Text("metadata.annotations.patched"));
        Assert.True(patched.Revision() > before.Revision());
        await watch.UntilAsync("MODIFIED", o => o.Text("metadata.annotations.patched") == "true");
        var updated = await objects.ChangeAsync(name, o =>
        {
            o.Mark("annotations", "updated", "true");
            Change?.Invoke(o);
        });
        Assert.Equal("true", updated.Text("metadata.annotations.updated"));
        Assert.True(updated.Revision() > patched.Revision());
        await watch.UntilAsync("MODIFIED", o => o.Text("metadata.annotations.updated") == "true");
        var read = await objects.GetAsync(name);
        Assert.True(JsonNode.DeepEquals(AsWritten(updated), AsWritten(read)), $"{updated.ToJsonString()}\n{read.ToJsonString()}");
    }

    /// <summary>Without what a controller may write at any moment: a status, who wrote it, and the revision.</summary>
    static JsonNode AsWritten(JsonNode obj)
    {
        var written = obj.DeepClone();
        written.AsObject().Remove("status");
        foreach (var field in (string[])["resourceVersion", "managedFields"]) written["metadata"]!.AsObject().Remove(field);
        return written;
    }

    string Whole(string name, string mark)
    {
        var obj = Tree.Parse(Body(name));
        obj["apiVersion"] = ApiVersion;
        obj["kind"] = Kind;
        obj["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["conformance"] = mark } };
        return obj.ToJsonString();
    }
}

/// <summary>Revisions as numbers, to compare.</summary>
static class Revisions
{
    public static long Revision(this JsonNode obj) => long.Parse(obj.Text("metadata.resourceVersion")!, System.Globalization.CultureInfo.InvariantCulture);
}
