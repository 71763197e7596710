using Fairlead.Json;

namespace Fairlead.Server.Tests.Apply;

/// <summary>Who owns fields after creations, updates and patches.</summary>
[Collection(nameof(TestServer))]
public sealed class FieldOwnerTests(TestServer server)
{
    async Task<string> MapAsync(string query, string data = """{"a":"1"}""")
    {
        var path = $"/api/v1/namespaces/{await server.NamespaceAsync("owners")}/configmaps";
        var made = await server.PostAsync(path + query, $$$"""{"metadata":{"name":"c","labels":{"l":"1"}},"data":{{{data}}}}""");
        Assert.Equal(201, made.Code);
        return path + "/c";
    }

    static string Show(Answer answer) => string.Join('\n', ((answer.Json["metadata"]!["managedFields"] as JsonArray) ?? []).Select(e =>
        $"{e!["manager"]} {e["operation"]} {e["apiVersion"]}{(e["subresource"] is { } s ? $"/{s}" : "")} {e["fieldsV1"]!.ToJsonString()}"));

    [Fact]
    public async Task A_creation_owns_what_it_sets_and_an_update_what_it_changes()
    {
        var path = await MapAsync("?fieldManager=maker");
        Assert.Equal("""maker Update v1 {"f:data":{"f:a":{}},"f:metadata":{"f:labels":{"f:l":{}}}}""", Show(await server.GetAsync(path)));
        await server.PatchAsync(path + "?fieldManager=other", "application/merge-patch+json", """{"data":{"a":"2","b":"1"}}""");
        Assert.Equal("maker Update v1 {\"f:metadata\":{\"f:labels\":{\"f:l\":{}}}}\nother Update v1 {\"f:data\":{\"f:a\":{},\"f:b\":{}}}", Show(await server.GetAsync(path)));
        await server.PatchAsync(path + "?fieldManager=third", "application/merge-patch+json", """{"data":{"b":null}}""");
        Assert.Equal("maker Update v1 {\"f:metadata\":{\"f:labels\":{\"f:l\":{}}}}\nother Update v1 {\"f:data\":{\"f:a\":{}}}", Show(await server.GetAsync(path)));
    }

    [Fact]
    public async Task Without_a_name_the_program_is_the_owner()
    {
        var ns = await server.NamespaceAsync("owners");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/namespaces/{ns}/configmaps") { Content = new StringContent("""{"metadata":{"name":"c"},"data":{"a":"1"}}""", null, "application/json") };
        request.Headers.TryAddWithoutValidation("User-Agent", "robot/v1.0 (linux)");
        using var answer = await server.Http.SendAsync(request);
        Assert.StartsWith("robot Update v1", Show(await server.GetAsync($"/api/v1/namespaces/{ns}/configmaps/c")));
    }

    [Fact]
    public async Task An_update_that_changes_nothing_stores_nothing_and_invalid_owners_are_ignored()
    {
        var path = await MapAsync("?fieldManager=maker");
        var before = await server.GetAsync(path);
        var obj = (JsonObject)before.Json.DeepClone();
        Assert.Equal(before.Revision, (await server.PutAsync(path + "?fieldManager=other", obj.ToJsonString())).Revision);
        obj["metadata"]!["managedFields"]![0]!["operation"] = "Neither";
        var kept = await server.PutAsync(path + "?fieldManager=other", obj.ToJsonString());
        Assert.Equal((200, Show(before)), (kept.Code, Show(kept)));
        ((JsonObject)obj["metadata"]!).Remove("managedFields");
        Assert.Equal(Show(before), Show(await server.PutAsync(path + "?fieldManager=other", obj.ToJsonString())));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[{}]")]
    public async Task Owners_are_cleared_by_an_empty_list(string list)
    {
        var path = await MapAsync("?fieldManager=maker");
        var cleared = await server.PatchAsync(path, "application/merge-patch+json", $$$"""{"metadata":{"managedFields":{{{list}}}}}""");
        Assert.Equal((200, ""), (cleared.Code, Show(cleared)));
        var applied = await server.PatchAsync(path + "?fieldManager=a", "application/apply-patch+yaml", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"b":"1"}}""");
        Assert.Equal("a Apply v1 {\"f:data\":{\"f:b\":{}}}\nbefore-first-apply Update v1 {\"f:data\":{\"f:a\":{}},\"f:metadata\":{\"f:labels\":{\"f:l\":{}}}}", Show(applied));
    }

    [Fact]
    public async Task Old_updaters_become_one()
    {
        var path = await MapAsync("?fieldManager=maker");
        for (var i = 0; i < 15; i++) await server.PatchAsync($"{path}?fieldManager=m{i:00}", "application/merge-patch+json", $$$"""{"data":{"k{{{i}}}":"1"}}""");
        var managers = ((JsonArray)(await server.GetAsync(path)).Json["metadata"]!["managedFields"]!).Select(e => (string)e!["manager"]!).ToArray();
        Assert.Equal(10, managers.Length);
        Assert.Contains("ancient-changes", managers);
        Assert.Contains("m14", managers);
    }

    [Fact]
    public async Task Status_is_owned_through_its_subresource_and_a_binding_owns_nothing()
    {
        var ns = await server.NamespaceAsync("owners");
        var path = $"/api/v1/namespaces/{ns}/pods";
        await server.PostAsync(path + "?fieldManager=maker", """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]},"status":{"message":"x"}}""");
        await server.PostAsync($"{path}/p/binding", """{"target":{"name":"n"}}""");
        await server.PatchAsync($"{path}/p/status?fieldManager=kubelet", "application/merge-patch+json", """{"status":{"phase":"Running"}}""");
        var shown = Show(await server.GetAsync($"{path}/p"));
        Assert.Contains("kubelet Update v1/status {\"f:status\":{\"f:phase\":{}}}", shown);
        Assert.DoesNotContain("nodeName", shown);
        Assert.DoesNotContain("f:message", shown);
        Assert.DoesNotContain("tolerations", shown); // added by admission
    }
}
