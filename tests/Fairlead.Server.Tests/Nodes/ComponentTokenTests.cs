using System.Net.Http.Headers;
using Fairlead.Client;
using Fairlead.Json;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Tests.Nodes;

/// <summary>A node's proxy and DNS server act as themselves, by tokens that the node asks for and that are bound to it.</summary>
public sealed class ComponentTokenTests : IAsyncLifetime
{
    readonly TestServer server = new() { VerifiesAccounts = true };
    string uid = "", otherUid = "";

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        uid = (await server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"n1"}}""")).At("metadata.uid")!;
        otherUid = (await server.PostAsync("/api/v1/nodes", """{"metadata":{"name":"n2"}}""")).At("metadata.uid")!;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>What node n1 gets that asks for a token.</summary>
    async Task<(int Code, JsonNode Answer)> AskAsync(string account, string bound)
    {
        var body = """{"spec":{"audiences":[],"boundObjectRef":BOUND}}""".Replace("BOUND", bound, StringComparison.Ordinal);
        var answer = await server.Api.Transport(new UserInfo("system:node:n1", ["system:nodes"])).SendAsync(
            new ApiRequest("POST", $"/api/v1/namespaces/kube-system/serviceaccounts/{account}/token", "application/json", System.Text.Encoding.UTF8.GetBytes(body)), default);
        return (answer.StatusCode, JsonNode.Parse(answer.Body.Span)!);
    }

    static string Bound(string node, string uid) => $$"""{"apiVersion":"v1","kind":"Node","name":"{{node}}","uid":"{{uid}}"}""";

    async Task<int> CodeAsync(string token, string path, HttpMethod? method = null)
    {
        using var http = server.Client();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var got = await http.SendAsync(request);
        return (int)got.StatusCode;
    }

    [Theory]
    [InlineData("kube-proxy", "/api/v1/services /api/v1/nodes /apis/discovery.k8s.io/v1/endpointslices /api/v1/namespaces/kube-system/configmaps/kube-proxy", "/api/v1/namespaces /api/v1/pods /api/v1/secrets /api/v1/configmaps")]
    [InlineData("coredns", "/api/v1/services /api/v1/namespaces /api/v1/pods /apis/discovery.k8s.io/v1/endpointslices", "/api/v1/nodes /api/v1/secrets /api/v1/namespaces/kube-system/configmaps/kube-proxy")]
    public async Task A_component_may_what_its_account_may_until_its_node_goes(string account, string may, string mayNot)
    {
        var (code, answer) = await AskAsync(account, Bound("n1", uid));
        Assert.Equal(201, code);
        var token = (string)answer["status"]!["token"]!;
        foreach (var path in may.Split(' ')) Assert.Equal((path, 200), (path, await CodeAsync(token, path)));
        foreach (var path in mayNot.Split(' ')) Assert.Equal((path, 403), (path, await CodeAsync(token, path)));
        Assert.Equal(403, await CodeAsync(token, "/api/v1/services", HttpMethod.Delete));
        await server.DeleteAsync("/api/v1/nodes/n1");
        Assert.Equal(401, await CodeAsync(token, "/api/v1/services"));
    }

    [Fact]
    public async Task A_node_has_no_token_that_is_not_bound_to_itself()
    {
        Assert.Equal((403, "serviceaccounts \"kube-proxy\" is forbidden: node requested token bound to another node"), Said(await AskAsync("kube-proxy", Bound("n2", otherUid))));
        Assert.Equal((403, "serviceaccounts \"kube-proxy\" is forbidden: node requested token with a node binding without a uid"), Said(await AskAsync("kube-proxy", """{"apiVersion":"v1","kind":"Node","name":"n1"}""")));
        Assert.Equal((403, "serviceaccounts \"coredns\" is forbidden: node requested token not bound to a pod"), Said(await AskAsync("coredns", "null")));
        var (code, message) = Said(await AskAsync("coredns", Bound("n1", otherUid)));
        Assert.Equal(409, code);
        Assert.Contains($"the UID in the bound object reference ({otherUid}) does not match the UID in record", message);
        Assert.Equal(403, (await AskAsync("default", Bound("n1", uid))).Code);

        static (int, string?) Said((int Code, JsonNode Answer) got) => (got.Code, (string?)got.Answer["message"]);
    }

    [Fact]
    public async Task Nodes_themselves_read_no_endpoints()
    {
        var node = server.Api.Transport(new UserInfo("system:node:n1", ["system:nodes"]));
        foreach (var (path, code) in ((string, int)[])[("/apis/discovery.k8s.io/v1/endpointslices", 403), ("/api/v1/namespaces", 403), ("/api/v1/nodes", 403), ("/api/v1/services", 200)])
            Assert.Equal((path, code), (path, (await node.SendAsync(ApiRequest.Get(path), default)).StatusCode));
    }
}
