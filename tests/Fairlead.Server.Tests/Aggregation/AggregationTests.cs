using System.Net;
using System.Net.WebSockets;
using System.Text;
using Fairlead.Api.Errors;
using Fairlead.Client;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Tests.Aggregation;

/// <summary>Requests that go through this server to another one.</summary>
public sealed class AggregationTests(AggregatedServers servers) : IClassFixture<AggregatedServers>
{
    readonly TestServer server = servers.Server;
    readonly SecondServer second = servers.Second;

    [Fact]
    public async Task A_request_reaches_the_second_server_as_its_user()
    {
        var ns = await server.NamespaceAsync("aggregated");
        var path = $"{SecondServer.Path}/namespaces/{ns}/flunders";
        var made = await server.PostAsync(path, """{"metadata":{"name":"a"},"spec":{"reference":"b"}}""");
        Assert.True(made.Code == 201, made.Text);
        Assert.Equal("Flunder", made.At("kind"));
        var got = await server.GetAsync($"{path}/a?pretty=false&x=%2Fy");
        Assert.Equal((200, "b"), (got.Code, got.At("spec.reference")));
        Assert.Equal($"{path}/a?pretty=false&x=%2Fy", second.LastTarget);
        Assert.Equal("admin", second.LastHeaders["X-Remote-User"]);
        Assert.Equal("system:masters|system:authenticated", second.LastHeaders["X-Remote-Group"]);
        Assert.Equal($"{SecondServer.Service}.{SecondServer.Namespace}.svc", second.LastHeaders["Host"]);
        Assert.Equal("a", (await server.GetAsync(path)).At("items.0.metadata.name"));
        Assert.Equal(404, (await server.GetAsync($"{path}/none")).Code);
        Assert.Equal(200, (await server.DeleteAsync($"{path}/a")).Code);
        Assert.Equal(404, (await server.GetAsync($"{path}/a")).Code);
    }

    [Fact]
    public async Task No_client_names_another_user()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{SecondServer.Path}/flunders");
        foreach (var (header, value) in ((string, string)[])[("X-Remote-User", "root"), ("X-Remote-Group", "system:masters"), ("X-Remote-Extra-Scopes", "all"), ("X-Remote-Uid", "0"), ("X-Other", "kept"), ("X-Forwarded-For", "192.0.2.77")])
            request.Headers.Add(header, value);
        request.Headers.Add("Impersonate-User", "jane");
        request.Headers.Add("Impersonate-Group", "dev, ops");
        request.Headers.Add("Impersonate-Extra-Example.org%2fsite", "north");
        await server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", $$"""{"metadata":{"name":"flunders"},"rules":[{"apiGroups":["{{SecondServer.Group}}"],"resources":["flunders"],"verbs":["list"]}]}""");
        await server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """{"metadata":{"name":"flunders"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"flunders"},"subjects":[{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"dev, ops"}]}""");
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("jane", second.LastHeaders["X-Remote-User"]);
        Assert.Equal("dev, ops|system:authenticated", second.LastHeaders["X-Remote-Group"]);
        Assert.Equal("kept", second.LastHeaders["X-Other"]);
        Assert.Equal("192.0.2.77, 127.0.0.1", second.LastHeaders["X-Forwarded-For"]);
        Assert.DoesNotContain(second.LastHeaders.Keys, h => h is "Authorization" or "X-Remote-Uid" or "X-Remote-Extra-Scopes" || h.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("north", second.LastHeaders["X-Remote-Extra-example.org%2fsite"]);
    }

    [Fact]
    public async Task The_uid_is_that_of_who_was_authenticated()
    {
        await server.PostAsync("/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"lister"}}""");
        var account = await server.GetAsync("/api/v1/namespaces/default/serviceaccounts/lister");
        var token = (await server.PostAsync("/api/v1/namespaces/default/serviceaccounts/lister/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""")).At("status.token");
        await server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", $$"""{"metadata":{"name":"lists-flunders"},"rules":[{"apiGroups":["{{SecondServer.Group}}"],"resources":["flunders"],"verbs":["list"]}]}""");
        await server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """{"metadata":{"name":"lists-flunders"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"lists-flunders"},"subjects":[{"kind":"ServiceAccount","namespace":"default","name":"lister"}]}""");
        Assert.Equal(("system:serviceaccount:default:lister", account.At("metadata.uid")), await SeenAsync(("Authorization", $"Bearer {token}"), ("X-Remote-Uid", "0")));
        Assert.Equal(("jane", "u-1"), await SeenAsync(("Authorization", $"Bearer {TestServer.AdminToken}"), ("X-Remote-Uid", "0"), ("Impersonate-User", "jane"), ("Impersonate-Group", "system:masters"), ("Impersonate-Uid", "u-1")));
        // A client's certificate has none.
        Assert.Equal(("joe", null), await SeenAsync(("X-Remote-Uid", "0")));

        async Task<(string, string?)> SeenAsync(params (string Header, string Value)[] headers)
        {
            using var http = server.Client(headers[0].Header == "Authorization" ? null : TestCertificates.Client("CN=joe,O=system:masters"));
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{SecondServer.Path}/flunders");
            foreach (var (header, value) in headers) request.Headers.Add(header, value);
            using var answer = await http.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
            return (second.LastHeaders["X-Remote-User"], second.LastHeaders.GetValueOrDefault("X-Remote-Uid"));
        }
    }

    [Fact]
    public async Task Who_may_not_is_refused_here()
    {
        using var http = server.Client(TestCertificates.Client("CN=nobody"));
        foreach (var (method, path, verb) in ((string, string, string)[])[("GET", "flunders", "list"), ("GET", "flunders?watch=1", "watch"), ("POST", "namespaces/a/flunders", "create"), ("GET", "namespaces/a/flunders/b/status", "get")])
        {
            using var answer = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"{SecondServer.Path}/{path}"));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, text);
            Assert.Contains($"cannot {verb} resource \\\"flunders", text, StringComparison.Ordinal);
        }
        using var documents = await http.GetAsync(SecondServer.Path);
        Assert.Equal(HttpStatusCode.OK, documents.StatusCode); // system:discovery
    }

    [Theory]
    [InlineData("jane", "a\u0001system:masters")]
    [InlineData("jane\r\nX-Remote-Group: system:masters", "a")]
    public async Task A_name_that_no_header_may_have_is_not_passed_on(string name, string group)
    {
        var client = new KubeClient(server.Api.Transport(new UserInfo(name, [UserInfo.MastersGroup, group])));
        var refused = await Assert.ThrowsAsync<ApiException>(() => client.RawAsync(ApiRequest.Get($"{SecondServer.Path}/flunders"), default));
        Assert.Equal(503, refused.Status.Code);
        Assert.Contains("can't be passed on", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watches_are_passed_on_as_they_come()
    {
        var ns = await server.NamespaceAsync("watched");
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var watch = await server.Http.GetAsync($"{SecondServer.Path}/flunders?watch=1", HttpCompletionOption.ResponseHeadersRead, bound.Token);
        using var events = new StreamReader(await watch.Content.ReadAsStreamAsync(bound.Token));
        await server.PostAsync($"{SecondServer.Path}/namespaces/{ns}/flunders", """{"metadata":{"name":"seen"}}""");
        Assert.Contains("\"ADDED\"", await events.ReadLineAsync(bound.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Websockets_are_passed_on()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {TestServer.AdminToken}");
        socket.Options.RemoteCertificateValidationCallback = (_, remote, _, _) => remote is not null;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{server.Api.Port}{SecondServer.Path}/namespaces/default/flunders/echo/connect"), bound.Token);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, bound.Token);
        var buffer = new byte[64];
        var got = await socket.ReceiveAsync(buffer, bound.Token);
        Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, got.Count));
        Assert.Equal("admin", second.LastHeaders["X-Remote-User"]);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", bound.Token);
    }

    /// <summary>Controllers have no socket: they ask the server in its own process.</summary>
    [Fact]
    public async Task Components_of_the_process_reach_it_too()
    {
        var ns = await server.NamespaceAsync("inprocess");
        var path = $"{SecondServer.Path}/namespaces/{ns}/flunders";
        var client = new KubeClient(server.Api.Transport(new UserInfo("system:serviceaccount:kube-system:namespace-controller", [UserInfo.MastersGroup])
        {
            Extra = new Dictionary<string, IReadOnlyList<string>> { ["example.org/sites"] = ["n\u00f6rd, a", "s\u00fcd"] },
        }));
        var made = await client.RawAsync(new ApiRequest("POST", path, "application/json", """{"metadata":{"name":"mine"}}"""u8.ToArray()), default);
        Assert.Equal(201, made.StatusCode);
        Assert.Equal("system:serviceaccount:kube-system:namespace-controller", second.LastHeaders["X-Remote-User"]);
        Assert.Equal("n\u00f6rd, a|s\u00fcd", second.LastHeaders["X-Remote-Extra-example.org%2Fsites"]);
        var none = await Assert.ThrowsAsync<ApiException>(() => client.RawAsync(ApiRequest.Get($"{path}/none"), default));
        Assert.True(none.IsNotFound);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await foreach (var document in client.Transport.StreamAsync(ApiRequest.Get($"{SecondServer.Path}/flunders?watch=1"), bound.Token))
        {
            Assert.Contains("\"ADDED\"", Encoding.UTF8.GetString(document.Span), StringComparison.Ordinal);
            break;
        }
        await Assert.ThrowsAsync<ApiException>(async () => { await foreach (var _ in client.Transport.StreamAsync(ApiRequest.Get($"{path}/none?watch=1"), bound.Token)) { } });
    }
}
