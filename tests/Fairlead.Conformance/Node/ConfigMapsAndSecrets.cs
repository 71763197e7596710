namespace Fairlead.Conformance.Node;

public sealed class ConfigMapsAndSecrets(RunningCluster cluster)
{
    async Task<Resource> HereAsync(string plural) => cluster.Resource("v1", plural, await cluster.NamespaceAsync(plural));

    [Fact(DisplayName = "[sig-node] ConfigMap should fail to create ConfigMap with empty key [Conformance]")]
    public async Task EmptyKey()
    {
        var refused = await (await HereAsync("configmaps")).RefusedAsync(HttpMethod.Post, 422, body: """{"metadata":{"name":"m"},"data":{"":"value-1"}}""");
        Assert.Equal("Invalid", refused.Reason);
    }

    [Fact(DisplayName = "[sig-node] Secrets should fail to create secret due to empty secret key [Conformance]")]
    public async Task EmptySecretKey()
    {
        var refused = await (await HereAsync("secrets")).RefusedAsync(HttpMethod.Post, 422, body: """{"metadata":{"name":"s"},"data":{"":"dmFsdWUtMQ=="}}""");
        Assert.Equal("Invalid", refused.Reason);
    }

    [Fact(DisplayName = "[sig-node] ConfigMap should run through a ConfigMap lifecycle [Conformance]")]
    public async Task Lifecycle()
    {
        var maps = await HereAsync("configmaps");
        await using var watch = await maps.WatchAsync("static=yes");
        await maps.CreateAsync("""{"metadata":{"name":"m","labels":{"static":"yes"}},"data":{"valueName":"value"}}""");
        await watch.NextAsync("ADDED");
        await maps.PatchAsync("m", """{"metadata":{"labels":{"static":"yes","patched":"yes"}},"data":{"valueName":"value1"}}""", Resource.Strategic);
        await watch.NextAsync("MODIFIED");
        var read = await maps.GetAsync("m");
        Assert.Equal(("value1", "yes"), (read.Text("data.valueName"), read.Text("metadata.labels.patched")));
        Assert.Equal("value1", Assert.Single(await maps.ItemsAsync("static=yes")).Text("data.valueName"));
        await maps.DeleteCollectionAsync("static=yes");
        await watch.NextAsync("DELETED");
        Assert.Empty(await maps.ItemsAsync("static=yes"));
    }

    [Fact(DisplayName = "[sig-node] Secrets should patch a secret [Conformance]")]
    public async Task PatchSecret()
    {
        var secrets = await HereAsync("secrets");
        await secrets.CreateAsync("""{"metadata":{"name":"s","labels":{"static":"yes"}},"data":{"key":"dmFsdWU="},"type":"Opaque"}""");
        Assert.Single(await secrets.Everywhere.ItemsAsync("static=yes"));
        await secrets.PatchAsync("s", """{"metadata":{"labels":{"patched":"yes"}},"data":{"key":"dmFsdWUx"}}""", Resource.Strategic);
        var read = await secrets.GetAsync("s");
        Assert.Equal(("dmFsdWUx", "yes"), (read.Text("data.key"), read.Text("metadata.labels.patched")));
        await secrets.DeleteCollectionAsync("static=yes");
        Assert.Empty(await secrets.Everywhere.ItemsAsync("patched=yes"));
    }

    async Task ImmutableAsync(string plural, string before, string after)
    {
        var objects = await HereAsync(plural);
        await objects.CreateAsync($$$"""{"metadata":{"name":"o"},"data":{"key":"{{{before}}}"}}""");
        await objects.ChangeAsync("o", o => o["data"]!["more"] = before);
        var frozen = await objects.ChangeAsync("o", o => o["immutable"] = true);
        foreach (var change in (Action<JsonObject>[])[o => o["data"]!["key"] = after, o => o.Remove("immutable"), o => o["immutable"] = false])
        {
            var changed = frozen.DeepClone().AsObject();
            change(changed);
            await objects.RefusedAsync(HttpMethod.Put, 422, "o", changed.ToJsonString());
        }
        await objects.ChangeAsync("o", o => o.Mark("labels", "label", "yes"));
        await objects.DeleteAsync("o");
        await objects.AbsentAsync("o");
    }

    [Fact(DisplayName = "[sig-storage] ConfigMap should be immutable if `immutable` field is set [Conformance]")]
    public Task ImmutableMap() => ImmutableAsync("configmaps", "value", "other");

    [Fact(DisplayName = "[sig-storage] Secrets should be immutable if `immutable` field is set [Conformance]")]
    public Task ImmutableSecret() => ImmutableAsync("secrets", "dmFsdWU=", "b3RoZXI=");
}
