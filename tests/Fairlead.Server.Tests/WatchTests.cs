using System.Net.Http.Headers;
using Fairlead.Json;

namespace Fairlead.Server.Tests;

[Collection(nameof(TestServer))]
public sealed class WatchTests(TestServer server)
{
    static string Map(string name, string label = "a") => $$$$"""{"metadata":{"name":"{{{{name}}}}","labels":{"app":"{{{{label}}}}"}}}""";

    async IAsyncEnumerable<JsonNode> WatchAsync(string pathAndQuery)
    {
        using var response = await server.Http.GetAsync(pathAndQuery, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)response.StatusCode);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line) yield return JsonNode.Parse(line)!;
    }

    static string Show(JsonNode e) => $"{e["type"]} {e["object"]!["metadata"]?["name"]}";

    [Fact]
    public async Task Every_change_after_the_revision_is_told_in_order()
    {
        var ns = await server.NamespaceAsync("watch");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        var from = (await server.GetAsync(path)).Revision;
        await server.PostAsync(path, Map("a"));
        await using var events = WatchAsync($"{path}?watch=true&resourceVersion={from}&timeoutSeconds=20").GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("ADDED a", Show(events.Current));
        await server.PatchAsync($"{path}/a", "application/merge-patch+json", """{"data":{"x":"y"}}""");
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("MODIFIED a", Show(events.Current));
        await server.DeleteAsync($"{path}/a");
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("DELETED a", Show(events.Current));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_watch_that_ends_says_how_far_it_has_come_to_who_asked_for_bookmarks(bool asked)
    {
        var (quiet, busy) = (await server.NamespaceAsync("quiet"), await server.NamespaceAsync("busy"));
        var path = $"/api/v1/namespaces/{quiet}/configmaps";
        var from = (await server.GetAsync(path)).Revision;
        var events = new List<JsonNode>();
        var watching = Task.Run(async () =>
        {
            await foreach (var e in WatchAsync($"{path}?watch=true&resourceVersion={from}&timeoutSeconds=1&allowWatchBookmarks={(asked ? "true" : "false")}")) events.Add(e);
        }, TestContext.Current.CancellationToken);
        await server.PostAsync($"/api/v1/namespaces/{busy}/configmaps", Map("elsewhere"));
        await watching;
        if (!asked)
        {
            Assert.Empty(events);
            return;
        }
        var bookmark = Assert.Single(events);
        Assert.Equal("BOOKMARK", (string?)bookmark["type"]);
        Assert.Equal("ConfigMap", (string?)bookmark["object"]!["kind"]);
        Assert.True(long.Parse((string)bookmark["object"]!["metadata"]!["resourceVersion"]!) >= long.Parse($"{from}"));
    }

    [Fact]
    public async Task Without_a_revision_what_there_is_comes_first()
    {
        var ns = await server.NamespaceAsync("watch0");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await server.PostAsync(path, Map("a"));
        await server.PostAsync(path, Map("b"));
        var seen = new List<string>();
        await foreach (var e in WatchAsync($"{path}?watch=1&timeoutSeconds=1")) seen.Add(Show(e));
        Assert.Equal(["ADDED a", "ADDED b"], seen);
    }

    [Fact]
    public async Task Leaving_and_entering_the_selection_is_deletion_and_addition()
    {
        var ns = await server.NamespaceAsync("watchsel");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        var from = (await server.PostAsync(path, Map("a"))).Revision;
        var patch = (string label) => server.PatchAsync($"{path}/a", "application/merge-patch+json", $$$$"""{"metadata":{"labels":{"app":"{{{{label}}}}"}}}""");
        await patch("b");
        await patch("c");
        await patch("a");
        await server.DeleteAsync($"{path}/a");
        var seen = new List<string>();
        await foreach (var e in WatchAsync($"{path}?watch=1&resourceVersion={from}&labelSelector=app%3Da&timeoutSeconds=1")) seen.Add(Show(e));
        Assert.Equal(["DELETED a", "ADDED a", "DELETED a"], seen);
    }

    [Fact]
    public async Task Initial_events_end_with_a_marked_bookmark()
    {
        var ns = await server.NamespaceAsync("initial");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await server.PostAsync(path, Map("a"));
        var query = "watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1";
        var seen = new List<JsonNode>();
        await foreach (var e in WatchAsync($"{path}?{query}")) seen.Add(e);
        Assert.Equal(["ADDED", "BOOKMARK"], seen.Take(2).Select(e => (string)e["type"]!));
        Assert.Equal("true", (string?)seen[1]["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]);
    }

    [Fact]
    public async Task A_forgotten_revision_is_an_error_event()
    {
        await using var own = new TestServer();
        await own.InitializeAsync();
        await own.Store.CompactAsync(own.Store.Revision, default);
        var answer = await own.GetAsync("/api/v1/configmaps?watch=1&resourceVersion=1&timeoutSeconds=5");
        Assert.Equal(("ERROR", "410", "Expired"), (answer.At("type"), answer.At("object.code"), answer.At("object.reason")));
    }

    [Fact]
    public async Task A_watch_asked_for_by_HEAD_is_over_with_its_head()
    {
        using var http = server.Client();
        http.Timeout = TimeSpan.FromSeconds(10);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestServer.AdminToken);
        foreach (var path in (string[])["/api/v1/configmaps?watch=1", "/api/v1/configmaps"])
        {
            using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri(server.Address, path)));
            Assert.Equal(200, (int)head.StatusCode);
            // The client uses the same connection again.
            using var next = await http.GetAsync(new Uri(server.Address, "/api/v1/namespaces/default"));
            Assert.Equal(200, (int)next.StatusCode);
        }
    }
}
