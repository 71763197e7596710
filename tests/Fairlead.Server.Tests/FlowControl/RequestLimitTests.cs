using System.Text;
using Fairlead.Client;
using Fairlead.Json;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;

namespace Fairlead.Server.Tests.FlowControl;

/// <summary>Requests of a whole server that wait, are refused and are let in.</summary>
public sealed class RequestLimitTests : IAsyncLifetime
{
    const string Api = "/apis/flowcontrol.apiserver.k8s.io/v1";

    /// <summary>Allows everything; requests for the ConfigMaps of whoever is slow end when they are let go.</summary>
    sealed class SlowAuthorizer : IAuthorizer
    {
        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation)
        {
            if (request is { Resource: "configmaps" } && request.User.Name.StartsWith("slow", StringComparison.Ordinal)) await Go.Task.WaitAsync(cancellation);
            return new(Verdict.Allow, "");
        }
    }

    readonly SlowAuthorizer slow = new();
    readonly TestServer server;

    public RequestLimitTests() => server = new() { Change = options => options with { Authorizers = [slow] } };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        slow.Go.TrySetResult();
        await server.DisposeAsync();
    }

    Task<ApiResponse> AskAsync(string user, string path, params string[] groups) =>
        server.Api.Transport(new UserInfo(user, groups)).SendAsync(new ApiRequest("GET", path, null, default), CancellationToken.None);

    Task<ApiResponse> SlowAsync(string user) => AskAsync(user, "/api/v1/namespaces/default/configmaps");

    /// <summary>A level of one seat for users in the group, and its schema.</summary>
    async Task NarrowAsync(string name, string response)
    {
        Assert.Equal(201, (await server.PostAsync($"{Api}/prioritylevelconfigurations", $$$$"""
            {"metadata":{"name":"{{{{name}}}}"},"spec":{"type":"Limited","limited":{"nominalConcurrencyShares":0,"borrowingLimitPercent":0,"limitResponse":{{{{response}}}}}}}
            """)).Code);
        Assert.Equal(201, (await server.PostAsync($"{Api}/flowschemas", $$$"""
            {"metadata":{"name":"{{{name}}}"},"spec":{"priorityLevelConfiguration":{"name":"{{{name}}}"},"matchingPrecedence":50,"distinguisherMethod":{"type":"ByUser"},
             "rules":[{"subjects":[{"kind":"User","user":{"name":"slow"}},{"kind":"User","user":{"name":"quick"}}],
              "resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"namespaces":["*"],"clusterScope":true}]}]}}
            """)).Code);
    }

    async Task<string> MetricAsync(string begins) =>
        (await server.GetAsync("/metrics")).Text.Split('\n').FirstOrDefault(l => l.StartsWith(begins, StringComparison.Ordinal))?.Split(' ')[^1] ?? "";

    async Task UntilAsync(string metric, string value)
    {
        for (var i = 0; i < 500 && await MetricAsync(metric) != value; i++) await Task.Yield();
        Assert.Equal(value, await MetricAsync(metric));
    }

    [Fact]
    public async Task A_level_without_queues_refuses_with_429_and_a_change_of_it_counts_at_once()
    {
        await NarrowAsync("narrow", """{"type":"Reject"}""");
        var first = SlowAsync("slow");
        var refused = await AskAsync("quick", "/api/v1/namespaces/default/secrets");
        Assert.Equal(429, refused.StatusCode);
        var status = JsonNode.Parse(refused.Body.Span)!;
        Assert.Equal(("TooManyRequests", "Too many requests, please try again later."), ((string?)status["reason"], (string?)status["message"]));
        Assert.Equal("1", await MetricAsync("""apiserver_flowcontrol_rejected_requests_total{flow_schema="narrow",priority_level="narrow",reason="concurrency-limit"}"""));
        Assert.Equal("1", await MetricAsync("""apiserver_flowcontrol_current_executing_requests{flow_schema="narrow",priority_level="narrow"}"""));
        Assert.Equal(200, (await server.PatchAsync($"{Api}/prioritylevelconfigurations/narrow", "application/merge-patch+json", """{"spec":{"limited":{"nominalConcurrencyShares":100}}}""")).Code);
        Assert.Equal(200, (await AskAsync("quick", "/api/v1/namespaces/default/secrets")).StatusCode);
        slow.Go.SetResult();
        Assert.Equal(200, (await first).StatusCode);
    }

    [Fact]
    public async Task A_request_waits_for_its_seat()
    {
        await NarrowAsync("queued", """{"type":"Queue","queuing":{"queues":16,"handSize":4,"queueLengthLimit":10}}""");
        var first = SlowAsync("slow");
        var second = AskAsync("quick", "/api/v1/namespaces/default/secrets");
        await UntilAsync("""apiserver_flowcontrol_current_inqueue_requests{flow_schema="queued",priority_level="queued"}""", "1");
        Assert.False(second.IsCompleted);
        slow.Go.SetResult();
        Assert.Equal((200, 200), ((await first).StatusCode, (await second).StatusCode));
        Assert.Equal("2", await MetricAsync("""apiserver_flowcontrol_dispatched_requests_total{flow_schema="queued",priority_level="queued"}"""));
        Assert.Equal("2", await MetricAsync("""apiserver_flowcontrol_request_wait_duration_seconds_count{flow_schema="queued",priority_level="queued",execute="true"}"""));
    }

    [Fact]
    public async Task An_overload_by_one_user_leaves_the_system_served()
    {
        var flood = Enumerable.Range(0, 700).Select(_ => SlowAsync("slow")).ToList();
        await UntilAsync("""apiserver_flowcontrol_current_executing_requests{flow_schema="global-default",priority_level="global-default"}""", "49");
        Assert.Contains(flood, f => f.IsCompleted && f.Result.StatusCode == 429); // its hand of queues is full
        Assert.Equal(200, (await AskAsync("system:anonymous", "/healthz")).StatusCode);
        Assert.Equal(200, (await AskAsync("system:node:n1", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", "system:nodes")).StatusCode);
        Assert.Equal(200, (await AskAsync("system:kube-scheduler", "/api/v1/pods")).StatusCode);
        Assert.Equal(200, (await AskAsync("root", "/api/v1/namespaces/default/configmaps", "system:masters")).StatusCode);
        // Another user of the same level is next as soon as a seat falls free.
        var other = AskAsync("quick", "/api/v1/namespaces/default/secrets");
        slow.Go.SetResult();
        Assert.Equal(200, (await other).StatusCode);
        await Task.WhenAll(flood);
    }

    [Fact]
    public async Task The_answer_names_schema_and_level_by_uid_and_when_to_come_again()
    {
        await NarrowAsync("narrow", """{"type":"Reject"}""");
        using var http = server.Client();
        using var made = await http.GetAsync("/api/v1/namespaces/default/secrets");
        var schema = (await server.GetAsync($"{Api}/flowschemas/global-default")).At("metadata.uid");
        var level = (await server.GetAsync($"{Api}/prioritylevelconfigurations/global-default")).At("metadata.uid");
        Assert.Equal(schema, made.Headers.GetValues("X-Kubernetes-PF-FlowSchema-UID").Single());
        Assert.Equal(level, made.Headers.GetValues("X-Kubernetes-PF-PriorityLevel-UID").Single());

        var first = SlowAsync("slow");
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces/default/secrets");
        asked.Headers.Add("Impersonate-User", "quick");
        using var refused = await server.Http.SendAsync(asked);
        Assert.Equal((429, TimeSpan.FromSeconds(1)), ((int)refused.StatusCode, refused.Headers.RetryAfter!.Delta));
        slow.Go.SetResult();
        await first;
    }

    [Fact]
    public async Task A_schema_says_whether_its_level_is_missing()
    {
        Assert.Equal(201, (await server.PostAsync($"{Api}/flowschemas", """{"metadata":{"name":"loose"},"spec":{"priorityLevelConfiguration":{"name":"nowhere"},"matchingPrecedence":50}}""")).Code);
        await SaysAsync("True", "NotFound", "This FlowSchema references the PriorityLevelConfiguration object named \"nowhere\" but there is no such object");
        await server.PostAsync($"{Api}/prioritylevelconfigurations", """{"metadata":{"name":"nowhere"},"spec":{"type":"Limited","limited":{"limitResponse":{"type":"Reject"}}}}""");
        await SaysAsync("False", "Found", "This FlowSchema references the PriorityLevelConfiguration object named \"nowhere\" and it exists");

        async Task SaysAsync(string status, string reason, string message)
        {
            Answer found = await server.GetAsync($"{Api}/flowschemas/loose");
            for (var i = 0; i < 500 && found.At("status.conditions.0.status") != status; i++) found = await server.GetAsync($"{Api}/flowschemas/loose");
            Assert.Equal((status, reason, message), (found.At("status.conditions.0.status"), found.At("status.conditions.0.reason"), found.At("status.conditions.0.message")));
        }
    }
}
