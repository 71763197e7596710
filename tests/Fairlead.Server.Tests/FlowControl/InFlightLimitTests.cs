using Fairlead.Client;
using Fairlead.Json;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;

namespace Fairlead.Server.Tests.FlowControl;

/// <summary>A server without priority and fairness: one limit for requests that read and one for those that write.</summary>
public sealed class InFlightLimitTests : IAsyncLifetime
{
    /// <summary>Allows everything; requests of whoever is slow end when they are let go.</summary>
    sealed class SlowAuthorizer : IAuthorizer
    {
        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation)
        {
            if (request.User.Name == "slow") await Go.Task.WaitAsync(cancellation);
            return new(Verdict.Allow, "");
        }
    }

    readonly SlowAuthorizer slow = new();
    readonly TestServer server;

    public InFlightLimitTests() => server = new() { Change = o => o with { Authorizers = [slow], PriorityAndFairness = false, MaxRequestsInFlight = 2, MaxMutatingRequestsInFlight = 1 } };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        slow.Go.TrySetResult();
        await server.DisposeAsync();
    }

    Task<ApiResponse> AskAsync(string user, string method = "GET", string path = "/api/v1/namespaces/default/configmaps", params string[] groups) =>
        server.Api.Transport(new UserInfo(user, groups)).SendAsync(new ApiRequest(method, path, method == "GET" ? null : "application/json", method == "GET" ? default : """{"metadata":{"generateName":"c-"}}"""u8.ToArray()), CancellationToken.None);

    [Fact]
    public async Task Reads_and_writes_have_a_limit_each_that_masters_do_not_know()
    {
        Task<ApiResponse>[] waiting = [AskAsync("slow"), AskAsync("slow", path: "/api/v1/namespaces/default/secrets")];
        var refused = await AskAsync("quick");
        Assert.Equal((429, "TooManyRequests"), (refused.StatusCode, (string?)JsonNode.Parse(refused.Body.Span)!["reason"]));
        Assert.Equal(200, (await AskAsync("root", groups: UserInfo.MastersGroup)).StatusCode);
        Assert.Equal(201, (await AskAsync("quick", "POST")).StatusCode);
        var writing = AskAsync("slow", "POST");
        Assert.Equal(429, (await AskAsync("quick", "POST")).StatusCode);
        Assert.Equal(201, (await AskAsync("root", "POST", groups: UserInfo.MastersGroup)).StatusCode);
        var metrics = (await server.GetAsync("/metrics")).Text;
        Assert.Contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"} 2\n", metrics);
        Assert.Contains("apiserver_current_inflight_requests{request_kind=\"mutating\"} 1\n", metrics);
        Assert.DoesNotContain("apiserver_flowcontrol_", metrics);
        slow.Go.SetResult();
        Assert.Equal([200, 200, 201], (await Task.WhenAll([.. waiting, writing])).Select(a => a.StatusCode));
        Assert.Equal((200, 201), ((await AskAsync("quick")).StatusCode, (await AskAsync("quick", "POST")).StatusCode));
    }

    [Fact]
    public async Task Watches_are_not_limited()
    {
        Task<ApiResponse>[] waiting = [AskAsync("slow"), AskAsync("slow")];
        var events = server.Api.Transport(new UserInfo("quick", [])).StreamAsync(ApiRequest.Get("/api/v1/namespaces?watch=true"), CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        await events.DisposeAsync();
        slow.Go.SetResult();
        await Task.WhenAll(waiting);
    }
}
