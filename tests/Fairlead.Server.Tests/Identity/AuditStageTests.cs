using System.Collections.Concurrent;
using System.Text;
using Fairlead.Json;
using Fairlead.Server.Auditing;
using Fairlead.Server.Authorization;
using static Fairlead.Server.Tests.ScriptedNode;

namespace Fairlead.Server.Tests.Identity;

/// <summary>Stages of what lasts, and of what the server fails at (upstream's WithAudit).</summary>
public sealed class AuditStageTests : IAsyncLifetime, IAuthorizer
{
    const string Policy = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        rules:
        - level: Request
          resources:
          - group: ""
            resources: ["pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "pods/log", "nodes/proxy"]
        - level: Metadata
          users: ["jane"]
        - level: Metadata
          verbs: ["watch"]
          resources:
          - group: ""
            resources: ["configmaps"]
        - level: RequestResponse
          verbs: ["list"]
          resources:
          - group: ""
            resources: ["configmaps"]
        - level: Metadata
          verbs: ["list"]
          resources:
          - group: ""
            resources: ["endpoints"]
        """;

    readonly ConcurrentQueue<JsonObject> events = [];
    readonly TestServer server;

    public AuditStageTests() => server = new()
    {
        Change = options => options with { Audit = (AuditPolicy.Parse(Encoding.UTF8.GetBytes(Policy)), events.Enqueue), Authorizers = [this] },
    };

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        events.Clear();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    // Its fault is the server's: what it throws is no refusal.
    ValueTask<Decision> IAuthorizer.AuthorizeAsync(AccessRequest request, CancellationToken cancellation) =>
        request.User.Name == "jane" ? throw new InvalidOperationException("the authorizer is broken") : new(Decision.NoOpinion);

    [Theory]
    [InlineData("/api/v1/namespaces/default/configmaps", "list")]
    [InlineData("/api/v1/namespaces/default/configmaps?watch=1", "watch")]
    public async Task What_the_server_fails_at_ends_in_stage_Panic(string path, string verb)
    {
        using var http = server.Client(TestCertificates.Client("CN=jane"));
        using var answer = await http.GetAsync(path);
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Equal(["RequestReceived", "Panic"], await StagesAsync(2));
        var panic = events.Last();
        Assert.Equal((verb, "jane"), ((string?)panic["verb"], (string?)panic["user"]!["username"]));
        Assert.Equal("""{"metadata":{},"status":"Failure","message":"APIServer panic\u0027d: the authorizer is broken","reason":"InternalError","code":500}""", panic["responseStatus"]!.ToJsonString());
        Assert.Single(events.Select(e => (string?)e["auditID"]).Distinct());
    }

    [Theory]
    [InlineData("POST /exec?command=sh&stdin=true", Spdy, "create", "exec")]
    [InlineData("GET /exec?command=sh&stdin=true", WebSocketUpgrade, "get", "exec")]
    [InlineData("POST /attach?stdin=true", Spdy, "create", "attach")]
    [InlineData("POST /portforward?ports=80", Spdy, "create", "portforward")]
    [InlineData("proxy /exec/default/p/x", Spdy, "get", "proxy")]
    public async Task A_stream_to_a_node_is_told_when_it_begins_and_when_it_ends(string request, string upgrade, string verb, string subresource)
    {
        string[] began = [];
        var ended = new TaskCompletionSource();
        var client = RunAsync(server, request, upgrade, async node =>
        {
            await WriteAsync(node, Switch);
            await ended.Task; // it goes on until the client has looked at what is told by then
        }, async stream =>
        {
            var head = await ReadUntilAsync(stream, "\r\n\r\n");
            began = await StagesAsync(2);
            ended.SetResult();
            return head;
        });
        Assert.StartsWith("HTTP/1.1 101", await client);
        Assert.Equal(["RequestReceived", "ResponseStarted"], began);
        Assert.Equal(["RequestReceived", "ResponseStarted", "ResponseComplete"], await StagesAsync(3));
        Assert.All(events, e => Assert.Equal((verb, subresource), ((string?)e["verb"], (string?)e["objectRef"]!["subresource"])));
        Assert.Equal([null, """{"metadata":{},"code":101}""", """{"metadata":{},"code":101}"""], events.Select(e => e["responseStatus"]?.ToJsonString()));
        Assert.Single(events.Select(e => (string?)e["auditID"]).Distinct());
    }

    [Theory]
    [InlineData("GET /log", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nhello", 200, "hello")]
    [InlineData("GET /log", "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n", 404, "\"code\":404}")]
    [InlineData("proxy /healthz", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nlate", 503, "late")]
    [InlineData("proxy /empty", "HTTP/1.1 204 No Content\r\n\r\n", 204, "\r\n\r\n")]
    public async Task An_answer_that_is_passed_on_is_told_with_its_code(string request, string said, int code, string last)
    {
        await RunAsync(server, request, "Connection: close\r\n", async node => await WriteAsync(node, said), stream => ReadUntilAsync(stream, last));
        Assert.Equal(["RequestReceived", "ResponseStarted", "ResponseComplete"], await StagesAsync(3));
        Assert.Equal([code, code], events.Skip(1).Select(e => (int)e["responseStatus"]!["code"]!));
    }

    [Fact]
    public async Task A_client_that_goes_before_the_answer_closed_early()
    {
        var asked = new TaskCompletionSource();
        await RunAsync(server, "GET /log?follow=true", "", async node =>
        {
            asked.SetResult();
            Assert.Equal(0, await node.ReadAsync(new byte[1]));
        }, async _ =>
        {
            await asked.Task.WaitAsync(AtMost);
            return ""; // and hangs up
        });
        Assert.Equal(["RequestReceived", "ResponseStarted", "ResponseComplete"], await StagesAsync(3));
        Assert.Equal(("Connection closed early", 200), ((string?)events.Last()["responseStatus"]!["message"], (int)events.Last()["responseStatus"]!["code"]!));
    }

    [Fact]
    public async Task What_would_last_and_is_refused_has_started_too()
    {
        Assert.Equal(404, (await server.PostAsync("/api/v1/namespaces/default/pods/none/exec?command=sh", "")).Code);
        Assert.Equal(["RequestReceived", "ResponseStarted", "ResponseComplete"], await StagesAsync(3));
        Assert.Equal(["""pods "none" not found""", """pods "none" not found"""], events.Skip(1).Select(e => (string?)e["responseStatus"]!["message"]));
    }

    [Fact]
    public async Task A_list_is_complete_when_it_has_been_sent()
    {
        Assert.Equal(200, (await server.GetAsync("/api/v1/endpoints")).Code);
        Assert.Equal(["RequestReceived", "ResponseComplete"], await StagesAsync(2));
        Assert.Equal("""{"metadata":{},"code":200}""", events.Last()["responseStatus"]!.ToJsonString());
    }

    /// <summary>The stages told, once there are so many; a moment more shows that no others come.</summary>
    async Task<string[]> StagesAsync(int count)
    {
        for (var i = 0; i < 250 && events.Count < count; i++) await Task.Delay(20);
        await Task.Delay(50);
        return [.. events.Select(e => (string)e["stage"]!)];
    }
}
