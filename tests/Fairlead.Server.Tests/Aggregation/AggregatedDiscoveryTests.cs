using Fairlead.Json;

namespace Fairlead.Server.Tests.Aggregation;

/// <summary>What clients are told of what other servers serve.</summary>
public sealed class AggregatedDiscoveryTests(AggregatedServers servers) : IClassFixture<AggregatedServers>
{
    const string Whole = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    readonly TestServer server = servers.Server;

    [Fact]
    public async Task Groups_stand_in_the_order_of_their_priorities()
    {
        var names = (await server.GetAsync("/apis")).Json["groups"]!.AsArray().Select(g => (string)g!["name"]!).ToList();
        Assert.Equal(["apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io"], names[..4]);
        Assert.Equal(SecondServer.Group, names[^1]);
        Assert.Equal(names, (await server.GetAsync("/apis", Whole)).Json["items"]!.AsArray().Select(g => (string)g!["metadata"]!["name"]!));
    }

    [Fact]
    public async Task A_group_is_put_together_of_versions_of_several_servers()
    {
        await server.PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", $$$"""
            {"metadata":{"name":"gizmos.{{{SecondServer.Group}}}"},"spec":{"group":"{{{SecondServer.Group}}}","scope":"Cluster","names":{"plural":"gizmos","kind":"Gizmo"},
             "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"} } }]} }
            """);
        await servers.AvailableAsync("True (Local) Local APIServices are always available", $"v1.{SecondServer.Group}");
        var group = await server.GetAsync($"/apis/{SecondServer.Group}");
        Assert.Equal(["v1", SecondServer.Version], group.Json["versions"]!.AsArray().Select(v => (string)v!["version"]!));
        Assert.Equal("v1", group.At("preferredVersion.version"));
        Assert.Equal("true", (await server.GetAsync($"{AggregatedServers.ApiServices}/v1.{SecondServer.Group}")).Json["metadata"]!["labels"]!["kube-aggregator.kubernetes.io/automanaged"]!.ToString());
        Assert.Equal(200, (await server.GetAsync($"/apis/{SecondServer.Group}/v1/gizmos")).Code);
        await server.DeleteAsync($"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gizmos.{SecondServer.Group}");
        await AggregatedServers.UntilAsync(async () => (await server.GetAsync($"{AggregatedServers.ApiServices}/v1.{SecondServer.Group}")).Code == 404);
        Assert.Equal(SecondServer.Version, (await server.GetAsync($"/apis/{SecondServer.Group}")).At("preferredVersion.version"));
    }

    [Fact]
    public async Task Resources_of_the_second_server_are_in_the_whole_of_discovery()
    {
        var group = (await server.GetAsync("/apis", Whole)).Json["items"]!.AsArray().Single(g => (string?)g!["metadata"]!["name"] == SecondServer.Group)!;
        var version = group["versions"]!.AsArray().Single(v => (string?)v!["version"] == SecondServer.Version)!;
        Assert.Equal("Current", (string?)version["freshness"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""
            [{"resource":"flunders","responseKind":{"group":"{{SecondServer.Group}}","version":"{{SecondServer.Version}}","kind":"Flunder"},"scope":"Namespaced","singularResource":"flunder",
              "verbs":["create","delete","deletecollection","get","list","patch","update","watch"],"shortNames":["fl"],
              "subresources":[{"subresource":"status","responseKind":{"group":"{{SecondServer.Group}}","version":"{{SecondServer.Version}}","kind":"Flunder"},"verbs":["get","patch","update"]}]}]
            """), version["resources"]), version.ToJsonString());
        Assert.Equal("flunders", (await server.GetAsync(SecondServer.Path)).At("resources.0.name"));
    }

    [Fact]
    public async Task Its_OpenAPI_document_is_in_the_index_and_passed_on()
    {
        var index = (await server.GetAsync("/openapi/v3")).Json["paths"]!;
        Assert.Equal($"/openapi/v3{SecondServer.Path}?hash=AB12", (string?)index[SecondServer.Path[1..]]!["serverRelativeURL"]);
        Assert.NotNull(index["apis/apiregistration.k8s.io/v1"]);
        Assert.Equal("wardle", (await server.GetAsync($"/openapi/v3{SecondServer.Path}?hash=AB12")).At("info.title"));
    }

    [Fact]
    public async Task Its_version_is_in_the_OpenAPI_v2_document_with_definitions_of_its_own()
    {
        const string name = $"{SecondServer.Path}/namespaces/{{namespace}}/flunders/{{name}}", meta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
        var whole = await server.GetAsync("/openapi/v2");
        await AggregatedServers.UntilAsync(async () => (whole = await server.GetAsync("/openapi/v2")).Json["paths"]![name] is not null, () => "the paths of the second server are not in the document");
        var paths = (JsonObject)whole.Json["paths"]!;
        Assert.DoesNotContain("/apis/other.example.com/v1/", paths.Select(p => p.Key));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {"parameters":[{"in":"query","name":"pretty","type":"string","uniqueItems":true,"description":"Pretty."},{"in":"path","name":"name","required":true,"type":"string","uniqueItems":true}],
             "get":{"operationId":"readFlunder","responses":{"200":{"description":"OK","schema":{"$ref":"#/definitions/com.example.wardle.Flunder"}},"401":{"description":"Unauthorized"}},
              "x-kubernetes-group-version-kind":{"group":"GROUP","version":"VERSION","kind":"Flunder"}}}
            """.Replace("GROUP", SecondServer.Group, StringComparison.Ordinal).Replace("VERSION", SecondServer.Version, StringComparison.Ordinal)), paths[name]), paths[name]!.ToJsonString());
        var definitions = (JsonObject)whole.Json["definitions"]!;
        Assert.Equal($"#/definitions/{meta}_v2", (string?)definitions["com.example.wardle.Flunder"]!["properties"]!["metadata"]!["$ref"]);
        Assert.Equal("Metadata of another time.", (string?)definitions[meta + "_v2"]!["description"]);
        Assert.NotNull(definitions[meta]!["properties"]!["labels"]);
        Assert.Null(definitions["com.example.wardle.Unused"]);
        Assert.Null(definitions["com.example.wardle.Flunder"]!["example"]);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v2");
        request.Headers.TryAddWithoutValidation("Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
        using var answer = await server.Http.SendAsync(request);
        Assert.Contains("com.example.wardle.FlunderSpec", System.Text.Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync()), StringComparison.Ordinal);

        // Looked at again, for its registration has changed, but not read again.
        await server.PatchAsync($"{AggregatedServers.ApiServices}/{AggregatedServers.Name}", "application/merge-patch+json", """{"spec":{"versionPriority":7}}""");
        await Task.Delay(200, TestContext.Current.CancellationToken);
        await server.PatchAsync($"{AggregatedServers.ApiServices}/{AggregatedServers.Name}", "application/merge-patch+json", """{"spec":{"versionPriority":15}}""");
        Assert.Equal(1, servers.Second.SwaggersRead);
    }

    [Fact]
    public async Task Every_version_of_this_server_has_an_APIService()
    {
        var list = (await server.GetAsync(AggregatedServers.ApiServices)).Json["items"]!.AsArray();
        var named = list.ToDictionary(i => (string)i!["metadata"]!["name"]!, i => i!);
        foreach (var group in (await server.GetAsync("/apis")).Json["groups"]!.AsArray().Where(g => (string?)g!["name"] is not ("apiregistration.k8s.io" or SecondServer.Group)))
        {
            foreach (var version in group!["versions"]!.AsArray())
            {
                var found = named[$"{version!["version"]}.{group["name"]}"];
                Assert.Equal("onstart", (string?)found["metadata"]!["labels"]!["kube-aggregator.kubernetes.io/automanaged"]);
                Assert.Equal(("True", "Local"), ((string?)found["status"]!["conditions"]![0]!["status"], (string?)found["status"]!["conditions"]![0]!["reason"]));
            }
        }
        Assert.Equal((18000, 1), ((int)named["v1."]["spec"]!["groupPriorityMinimum"]!, (int)named["v1."]["spec"]!["versionPriority"]!));
        Assert.DoesNotContain("v1.apiregistration.k8s.io", named.Keys);
        var table = await server.GetAsync($"{AggregatedServers.ApiServices}/{AggregatedServers.Name}", "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal(["Name", "Service", "Available", "Age"], table.Json["columnDefinitions"]!.AsArray().Select(c => (string)c!["name"]!));
        Assert.Equal([AggregatedServers.Name, "kube-system/sample-api", "True"], table.Json["rows"]![0]!["cells"]!.AsArray().Take(3).Select(c => c!.ToString()));
    }

    [Fact]
    public async Task Documents_are_what_they_were_while_nothing_changes_for_them()
    {
        var (index, groups) = ((await server.GetAsync("/openapi/v3")).Text, (await server.GetAsync("/apis", Whole)).Text);
        Assert.Equal(201, (await server.PostAsync(AggregatedServers.ApiServices, """{"metadata":{"name":"v1.alone.example.com"},"spec":{"group":"alone.example.com","version":"v1","groupPriorityMinimum":1,"versionPriority":1}}""")).Code);
        Assert.Equal(index, (await server.GetAsync("/openapi/v3")).Text);
        Assert.Equal(groups, (await server.GetAsync("/apis", Whole)).Text);
        await server.PatchAsync($"{AggregatedServers.ApiServices}/{AggregatedServers.Name}", "application/merge-patch+json", """{"spec":{"groupPriorityMinimum":17999}}""");
        Assert.Equal(SecondServer.Group, (await server.GetAsync("/apis")).At("groups.1.name"));
        await server.PatchAsync($"{AggregatedServers.ApiServices}/{AggregatedServers.Name}", "application/merge-patch+json", """{"spec":{"groupPriorityMinimum":500}}""");
        Assert.Equal(index, (await server.GetAsync("/openapi/v3")).Text);
        Assert.Equal(groups, (await server.GetAsync("/apis", Whole)).Text);
    }
}
