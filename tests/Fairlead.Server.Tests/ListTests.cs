namespace Fairlead.Server.Tests;

/// <summary>Which state a list shows, and which combinations of options have no meaning (API concepts, "Semantics for get and list").</summary>
[Collection(nameof(TestServer))]
public sealed class ListTests(TestServer server)
{
    async Task<(string Path, string First, string Second)> TwoMapsAsync()
    {
        var path = $"/api/v1/namespaces/{await server.NamespaceAsync("lists")}/configmaps";
        var first = (await server.PostAsync(path, """{"metadata":{"name":"a"}}""")).Revision;
        return (path, first, (await server.PostAsync(path, """{"metadata":{"name":"b"}}""")).Revision);
    }

    static IEnumerable<string> Names(Answer list) => list.Json["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!);

    [Theory]
    [InlineData("", "a b")]
    [InlineData("resourceVersion=0", "a b")]
    [InlineData("resourceVersion=FIRST", "a b")]
    [InlineData("resourceVersion=FIRST&resourceVersionMatch=NotOlderThan", "a b")]
    [InlineData("resourceVersion=FIRST&resourceVersionMatch=Exact", "a")]
    [InlineData("resourceVersion=FIRST&limit=5", "a")]
    [InlineData("resourceVersion=FIRST&resourceVersionMatch=NotOlderThan&limit=5", "a b")]
    [InlineData("resourceVersion=0&limit=5", "a b")]
    public async Task A_list_shows_the_state_that_its_revision_means(string query, string names)
    {
        var (path, first, _) = await TwoMapsAsync();
        var list = await server.GetAsync($"{path}?{query.Replace("FIRST", first, StringComparison.Ordinal)}");
        Assert.Equal(names.Split(' '), Names(list));
        if (names == "a") Assert.Equal(first, list.Revision);
    }

    [Theory]
    [InlineData("resourceVersionMatch=Exact", "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided")]
    [InlineData("resourceVersion=0&resourceVersionMatch=Exact", "resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")]
    [InlineData("resourceVersion=1&resourceVersionMatch=Newest", "resourceVersionMatch: Unsupported value: \"Newest\": supported values: \"\", \"Exact\", \"NotOlderThan\"")]
    [InlineData("sendInitialEvents=true", "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list")]
    [InlineData("watch=1&sendInitialEvents=true", "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
    [InlineData("watch=1&resourceVersionMatch=NotOlderThan", "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]
    public async Task Options_without_a_meaning_together_are_refused(string query, string why)
    {
        var answer = await server.GetAsync($"/api/v1/configmaps?{query}");
        Assert.Equal((422, "Invalid"), (answer.Code, answer.Reason));
        Assert.Equal($"ListOptions.meta.k8s.io \"\" is invalid: {why}", answer.Message);
    }

    [Theory, InlineData("e30"), InlineData("!"), InlineData("eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MCwic3RhcnQiOiIvIn0")]
    public async Task A_token_that_no_server_gave_is_refused(string token) =>
        Assert.Equal(400, (await server.GetAsync($"/api/v1/configmaps?limit=1&continue={token}")).Code);

    [Fact]
    public async Task A_watch_may_begin_with_nothing_of_what_there_is()
    {
        var (path, _, second) = await TwoMapsAsync();
        var quiet = await server.SendAsync(HttpMethod.Get, $"{path}?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion={second}&timeoutSeconds=1&allowWatchBookmarks=false");
        Assert.Equal((200, ""), (quiet.Code, quiet.Text));
    }

    [Fact]
    public async Task What_is_not_served_is_not_found()
    {
        foreach (var path in (string[])["/apis/nobody.example.com", "/apis/apps/v7", "/api/v7", "/openapi/v3/apis/nobody/v1"])
            Assert.Equal((404, "NotFound"), ((await server.GetAsync(path)).Code, (await server.GetAsync(path)).Reason));
    }
}
