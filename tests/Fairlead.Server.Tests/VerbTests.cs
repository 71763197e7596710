namespace Fairlead.Server.Tests;

[Collection(nameof(TestServer))]
public sealed class VerbTests(TestServer server)
{
    static string ConfigMap(string name, string data = "1", string extra = "") =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"{{{extra}}}},"data":{"a":"{{{data}}}"}}""";

    [Fact]
    public async Task What_is_created_is_served_with_the_servers_metadata()
    {
        var ns = await server.NamespaceAsync("create");
        var made = await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", ConfigMap("c1"));
        Assert.Equal(201, made.Code);
        Assert.Equal(ns, made.At("metadata.namespace"));
        Assert.Matches("^[0-9a-f-]{36}$", made.At("metadata.uid")!);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", made.At("metadata.creationTimestamp")!);
        var got = await server.GetAsync($"/api/v1/namespaces/{ns}/configmaps/c1");
        Assert.Equal(made.Text, got.Text);
        var again = await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", ConfigMap("c1"));
        Assert.Equal((409, "AlreadyExists", "configmaps \"c1\" already exists"), (again.Code, again.Reason, again.Message));
    }

    [Fact]
    public async Task A_generated_name_has_five_random_characters()
    {
        var ns = await server.NamespaceAsync("gen");
        var made = await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", """{"metadata":{"generateName":"x-"}}""");
        Assert.Matches("^x-[a-z0-9]{5}$", made.At("metadata.name")!);
    }

    [Fact]
    public async Task An_update_with_an_old_revision_conflicts()
    {
        var ns = await server.NamespaceAsync("upd");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        var first = await server.PostAsync(path, ConfigMap("c"));
        var stamped = ConfigMap("c", "2", $",\"resourceVersion\":\"{first.Revision}\"");
        var second = await server.PutAsync($"{path}/c", stamped);
        Assert.Equal((200, "2"), (second.Code, second.At("data.a")));
        Assert.Equal(first.At("metadata.uid"), second.At("metadata.uid"));
        var third = await server.PutAsync($"{path}/c", stamped);
        Assert.Equal(409, third.Code);
        Assert.Equal("Operation cannot be fulfilled on configmaps \"c\": the object has been modified; please apply your changes to the latest version and try again", third.Message);
        var same = await server.PutAsync($"{path}/c", ConfigMap("c", "2"));
        Assert.Equal(second.Revision, same.Revision); // nothing changed, nothing written
        Assert.Equal(404, (await server.PutAsync($"{path}/none", ConfigMap("none"))).Code);
    }

    [Fact]
    public async Task A_dry_run_stores_nothing()
    {
        var ns = await server.NamespaceAsync("dry");
        var made = await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps?dryRun=All", ConfigMap("c"));
        Assert.Equal(201, made.Code);
        Assert.Equal(404, (await server.GetAsync($"/api/v1/namespaces/{ns}/configmaps/c")).Code);
    }

    [Fact]
    public async Task A_finalizer_holds_the_object_until_it_is_taken_away()
    {
        var ns = await server.NamespaceAsync("fin");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await server.PostAsync(path, ConfigMap("c", extra: ",\"finalizers\":[\"example.com/hold\"]"));
        var deleted = await server.DeleteAsync($"{path}/c");
        Assert.Equal(200, deleted.Code);
        Assert.NotNull(deleted.At("metadata.deletionTimestamp"));
        Assert.Equal(200, (await server.GetAsync($"{path}/c")).Code);
        await server.PutAsync($"{path}/c", ConfigMap("c"));
        Assert.Equal(404, (await server.GetAsync($"{path}/c")).Code);
    }

    [Theory]
    [InlineData("Orphan", "orphan")]
    [InlineData("Foreground", "foregroundDeletion")]
    public async Task Propagation_leaves_its_finalizer(string policy, string finalizer)
    {
        var ns = await server.NamespaceAsync("prop");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await server.PostAsync(path, ConfigMap("c"));
        var deleted = await server.DeleteAsync($"{path}/c", $$"""{"propagationPolicy":"{{policy}}"}""");
        Assert.Equal(finalizer, deleted.At("metadata.finalizers.0"));
    }

    [Fact]
    public async Task Preconditions_of_a_deletion_are_kept()
    {
        var ns = await server.NamespaceAsync("pre");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        var made = await server.PostAsync(path, ConfigMap("c"));
        var refused = await server.DeleteAsync($"{path}/c", """{"preconditions":{"uid":"other"}}""");
        Assert.Equal(409, refused.Code);
        Assert.Contains("Precondition failed: UID in precondition: other", refused.Message);
        var done = await server.DeleteAsync($"{path}/c", $$$"""{"preconditions":{"uid":"{{{made.At("metadata.uid")}}}","resourceVersion":"{{{made.Revision}}}"}}""");
        Assert.Equal((200, "Success"), (done.Code, done.At("status")));
    }

    [Fact]
    public async Task Lists_come_in_parts_at_one_revision()
    {
        var ns = await server.NamespaceAsync("parts");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        for (var i = 0; i < 5; i++) await server.PostAsync(path, ConfigMap($"c{i}"));
        var first = await server.GetAsync($"{path}?limit=2");
        Assert.Equal("3", first.At("metadata.remainingItemCount"));
        await server.PostAsync(path, ConfigMap("c9"));
        var next = first.At("metadata.continue");
        var names = new List<string?> { first.At("items.0.metadata.name"), first.At("items.1.metadata.name") };
        while (next is not null)
        {
            var part = await server.GetAsync($"{path}?limit=2&continue={Uri.EscapeDataString(next)}");
            Assert.Equal(first.Revision, part.Revision);
            names.AddRange(part.Json["items"]!.AsArray().Select(i => (string?)i!["metadata"]!["name"]));
            next = part.At("metadata.continue");
        }
        Assert.Equal(["c0", "c1", "c2", "c3", "c4"], names);
    }

    [Theory]
    [InlineData("labelSelector=app%3Da", "c0")]
    [InlineData("fieldSelector=metadata.name%3Dc1", "c1")]
    [InlineData("fieldSelector=metadata.name%21%3Dc1&labelSelector=app", "c0")]
    [InlineData("labelSelector=app%20in%20(b,d)", "c1")]
    public async Task Selectors_choose(string query, string expected)
    {
        var ns = await server.NamespaceAsync("sel");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await server.PostAsync(path, ConfigMap("c0", extra: ",\"labels\":{\"app\":\"a\"}"));
        await server.PostAsync(path, ConfigMap("c1", extra: ",\"labels\":{\"app\":\"b\"}"));
        var list = await server.GetAsync($"{path}?{query}");
        Assert.Equal(expected, string.Join(',', list.Json["items"]!.AsArray().Select(i => (string?)i!["metadata"]!["name"])));
    }

    [Fact]
    public async Task Deletecollection_takes_what_is_selected()
    {
        var ns = await server.NamespaceAsync("delc");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await server.PostAsync(path, ConfigMap("c0", extra: ",\"labels\":{\"app\":\"a\"}"));
        await server.PostAsync(path, ConfigMap("c1"));
        await server.DeleteAsync($"{path}?labelSelector=app%3Da");
        var list = await server.GetAsync(path);
        Assert.Equal("c1", Assert.Single(list.Json["items"]!.AsArray())!["metadata"]!["name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("application/merge-patch+json", """{"data":{"b":"2"}}""")]
    [InlineData("application/strategic-merge-patch+json", """{"data":{"b":"2"}}""")]
    [InlineData("application/json-patch+json", """[{"op":"add","path":"/data/b","value":"2"}]""")]
    public async Task Patches_change_what_they_name(string type, string patch)
    {
        var ns = await server.NamespaceAsync("patch");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await server.PostAsync(path, ConfigMap("c"));
        var patched = await server.PatchAsync($"{path}/c", type, patch);
        Assert.Equal((200, "1", "2"), (patched.Code, patched.At("data.a"), patched.At("data.b")));
    }

    [Fact]
    public async Task Concurrent_patches_all_take_effect()
    {
        var ns = await server.NamespaceAsync("race");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await server.PostAsync(path, ConfigMap("c"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            server.PatchAsync($"{path}/c", "application/merge-patch+json", $$$"""{"data":{"k{{{i}}}":"v"}}""")));
        Assert.All(answers, a => Assert.Equal(200, a.Code));
        Assert.Equal(9, (await server.GetAsync($"{path}/c")).Json["data"]!.AsObject().Count);
    }

    [Fact]
    public async Task Tables_have_rows_with_metadata()
    {
        var ns = await server.NamespaceAsync("table");
        await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", ConfigMap("c"));
        var table = await server.GetAsync($"/api/v1/namespaces/{ns}/configmaps", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        Assert.Equal("Table", table.At("kind"));
        Assert.Equal("Name", table.At("columnDefinitions.0.name"));
        Assert.Equal("c", table.At("rows.0.cells.0"));
        Assert.Equal("PartialObjectMetadata", table.At("rows.0.object.kind"));
    }

    [Theory]
    [InlineData("/api/v1", "\"involvedObject\":{\"kind\":\"Pod\",\"name\":\"p\",\"namespace\":\"NS\"},\"message\":\"hello\"")]
    [InlineData("/apis/events.k8s.io/v1", "\"regarding\":{\"kind\":\"Pod\",\"name\":\"p\",\"namespace\":\"NS\"},\"note\":\"hello\",\"action\":\"Try\",\"eventTime\":\"2026-01-01T00:00:00.000000Z\",\"reportingController\":\"c\",\"reportingInstance\":\"i\"")]
    public async Task Tables_of_events_begin_with_the_time(string version, string fields)
    {
        var ns = await server.NamespaceAsync("events");
        var made = await server.PostAsync($"{version}/namespaces/{ns}/events", ("""{"metadata":{"name":"e"},"type":"Normal","reason":"Tried",""" + fields + "}").Replace("NS", ns, StringComparison.Ordinal));
        Assert.Equal(201, made.Code);
        var table = await server.GetAsync($"{version}/namespaces/{ns}/events", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        Assert.Equal("Last Seen", table.At("columnDefinitions.0.name"));
        Assert.Equal("Type", table.At("columnDefinitions.1.name"));
        Assert.Equal("Normal", table.At("rows.0.cells.1"));
        Assert.Equal("pod/p", table.At("rows.0.cells.3"));
    }
}
