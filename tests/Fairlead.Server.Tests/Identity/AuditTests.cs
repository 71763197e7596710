using System.Collections.Concurrent;
using System.Text;
using Fairlead.Json;
using Fairlead.Server.Auditing;

namespace Fairlead.Server.Tests.Identity;

public sealed class AuditTests : IAsyncLifetime
{
    const string Policy = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
        - level: None
          users: ["system:apiserver"]
        - level: Metadata
          resources:
          - group: ""
            resources: ["secrets"]
        - level: RequestResponse
          omitManagedFields: true
          omitStages: []
          namespaces: ["loud"]
          resources:
          - group: ""
            resources: ["configmaps"]
        - level: Request
          resources:
          - group: ""
            resources: ["serviceaccounts/*", "configmaps"]
        - level: Metadata
          nonResourceURLs: ["/version*"]
        - level: Metadata
          verbs: ["watch", "delete"]
          omitStages: ["ResponseStarted"]
          resources:
          - group: apps
        - level: Metadata
          verbs: ["watch", "get"]
        """;

    readonly ConcurrentQueue<JsonObject> events = [];
    readonly TestServer server;

    public AuditTests() => server = new()
    {
        Change = options => options with { Audit = (AuditPolicy.Parse(Encoding.UTF8.GetBytes(Policy)), events.Enqueue) },
    };

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"loud"}}""");
        events.Clear();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_secret_is_recorded_without_its_content()
    {
        Assert.Equal(201, (await server.PostAsync("/api/v1/namespaces/default/secrets?fieldManager=me", """{"metadata":{"name":"s"},"stringData":{"p":"hunter2"}}""")).Code);
        var written = Assert.Single(events);
        Assert.DoesNotContain("hunter2", written.ToJsonString());
        Assert.Equal(("Event", "audit.k8s.io/v1", "Metadata", "ResponseComplete"), (At(written, "kind"), At(written, "apiVersion"), At(written, "level"), At(written, "stage")));
        Assert.Equal(("create", "admin", "1", "201"), (At(written, "verb"), At(written, "user.username"), At(written, "user.uid"), At(written, "responseStatus.code")));
        Assert.Equal("/api/v1/namespaces/default/secrets?fieldManager=me", At(written, "requestURI"));
        Assert.Equal("""{"resource":"secrets","namespace":"default","apiVersion":"v1","name":"s"}""", written["objectRef"]!.ToJsonString());
        Assert.Equal(("127.0.0.1", "allow"), (At(written, "sourceIPs.0"), (string?)written["annotations"]!["authorization.k8s.io/decision"]));
        Assert.Matches("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$", At(written, "requestReceivedTimestamp"));
        Assert.Null(written["requestObject"]);
    }

    [Fact]
    public async Task The_policys_stages_are_left_out_of_every_rule()
    {
        Assert.Equal(201, (await server.PostAsync("/api/v1/namespaces/loud/configmaps", """{"metadata":{"name":"m"},"data":{"a":"b"}}""")).Code);
        Assert.Equal(["ResponseComplete"], events.Select(e => At(e, "stage")));
    }

    [Fact]
    public async Task Request_and_answer_are_shown_without_the_owners_of_fields()
    {
        await server.PostAsync("/api/v1/namespaces/loud/configmaps", """{"metadata":{"name":"m"},"data":{"a":"b"}}""");
        await server.PatchAsync("/api/v1/namespaces/loud/configmaps/m", "application/merge-patch+json", """{"data":{"a":"c"}}""");
        await server.GetAsync("/api/v1/namespaces/loud/configmaps");
        var complete = events.Where(e => At(e, "stage") == "ResponseComplete").ToArray();
        Assert.Equal(["create", "patch", "list"], complete.Select(e => At(e, "verb")));
        Assert.Equal(("b", "b"), (At(complete[0], "requestObject.data.a"), At(complete[0], "responseObject.data.a")));
        Assert.Equal(("""{"data":{"a":"c"}}""", "c"), (complete[1]["requestObject"]!.ToJsonString(), At(complete[1], "responseObject.data.a")));
        Assert.Contains(complete[2]["responseObject"]!["items"]!.AsArray(), i => (string?)i!["metadata"]!["name"] == "m");
        Assert.DoesNotContain("managedFields", string.Concat(complete.Select(c => c.ToJsonString())));
    }

    [Fact]
    public async Task At_level_request_the_answer_is_not_shown()
    {
        await server.PostAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"quiet"},"data":{"a":"b"}}""");
        var written = Assert.Single(events);
        Assert.Equal("b", At(written, "requestObject.data.a"));
        Assert.Null(written["responseObject"]);
    }

    [Fact]
    public async Task A_body_is_shown_as_JSON_whatever_it_was_sent_as()
    {
        const string Path = "/api/v1/namespaces/default/configmaps";
        Assert.Equal(201, (await server.SendAsync(HttpMethod.Post, Path, "metadata:\n  name: why\ndata: {a: b}\n", "application/yaml")).Code);
        // A ConfigMap of name p with data a: b, in the envelope of runtime.Unknown.
        Assert.Equal(201, (await server.SendAsync(HttpMethod.Post, Path, "k8s\0\n\u000f\n\u0002v1\u0012\u0009ConfigMap\u0012\u000d\n\u0003\n\u0001p\u0012\u0006\n\u0001a\u0012\u0001b", "application/vnd.kubernetes.protobuf")).Code);
        Assert.Equal(["why", "p"], events.Select(e => At(e, "requestObject.metadata.name")));
        Assert.All(events, e => Assert.Equal("b", At(e, "requestObject.data.a")));
        Assert.Equal(["why", "p"], events.Select(e => At(e, "objectRef.name")));
    }

    [Fact]
    public async Task A_refusal_is_recorded_with_its_reason()
    {
        using var http = server.Client(TestCertificates.Client("CN=jane"));
        using var answer = await http.GetAsync("/api/v1/namespaces/default/secrets/none");
        var written = Assert.Single(events);
        Assert.Equal(("403", "Forbidden", "Failure"), (At(written, "responseStatus.code"), At(written, "responseStatus.reason"), At(written, "responseStatus.status")));
        Assert.Equal("forbid", (string?)written["annotations"]!["authorization.k8s.io/decision"]);
        Assert.Contains("jane", At(written, "user.username"));
    }

    [Fact]
    public async Task Who_is_unknown_is_recorded_when_refused()
    {
        using var http = server.Client();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "guess");
        using var answer = await http.GetAsync("/api/v1/namespaces/default/secrets");
        var written = Assert.Single(events);
        Assert.Equal(("401", "ResponseStarted", "Authentication failed, attempted: bearer"), (At(written, "responseStatus.code"), At(written, "stage"), At(written, "responseStatus.message")));
        Assert.DoesNotContain("guess", written.ToJsonString());
    }

    [Fact]
    public async Task A_watch_has_a_start_and_an_end()
    {
        using (var stopped = new CancellationTokenSource())
        {
            using var stream = await server.Http.GetAsync("/api/v1/namespaces/default/pods?watch=1&timeoutSeconds=1", HttpCompletionOption.ResponseHeadersRead, stopped.Token);
            await stream.Content.ReadAsStringAsync();
        }
        await UntilAsync(2);
        Assert.Equal(["ResponseStarted", "ResponseComplete"], events.Select(e => At(e, "stage")));
        Assert.Single(events.Select(e => At(e, "auditID")).Distinct());
        Assert.All(events, e => Assert.Equal("watch", At(e, "verb")));
    }

    [Fact]
    public async Task An_impersonated_user_stands_beside_the_true_one()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/version");
        request.Headers.Add("Impersonate-User", "jane");
        request.Headers.Add("Audit-ID", "my-own-id");
        using var answer = await server.Http.SendAsync(request);
        var written = Assert.Single(events);
        Assert.Equal(("admin", "jane", "my-own-id"), (At(written, "user.username"), At(written, "impersonatedUser.username"), At(written, "auditID")));
        Assert.Equal("my-own-id", answer.Headers.GetValues("Audit-Id").Single());
        Assert.Null(written["objectRef"]);
    }

    [Fact]
    public async Task What_no_rule_is_for_is_not_recorded_but_has_an_id()
    {
        using var answer = await server.Http.GetAsync("/api/v1/nodes");
        Assert.Empty(events);
        Assert.True(Guid.TryParse(answer.Headers.GetValues("Audit-Id").Single(), out _));
    }

    async Task UntilAsync(int count)
    {
        for (var i = 0; i < 100 && events.Count < count; i++) await Task.Delay(20);
    }

    static string? At(JsonObject written, string path) =>
        path.Split('.').Aggregate((JsonNode?)written, (n, step) => n is JsonArray a ? a[int.Parse(step)] : n?[step])?.ToString();
}
