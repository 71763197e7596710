using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Fairlead.Client.Https;
using Fairlead.Json;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Webhooks;

namespace Fairlead.Server.Tests.Identity;

public sealed class WebhookTests : IAsyncLifetime
{
    readonly ConcurrentQueue<JsonObject> asked = [];
    Func<JsonObject, JsonObject> answer = _ => [];
    int code = 200;
    JsonServer webhook = null!;
    TestServer server = null!;
    HttpsTransportOptions peer = null!;
    ReviewClient client = null!;
    Verdict onFailure = Verdict.NoOpinion;

    public async ValueTask InitializeAsync()
    {
        webhook = await JsonServer.StartAsync(async http =>
        {
            var review = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
            asked.Enqueue((JsonObject)review.DeepClone());
            http.Response.StatusCode = code;
            review["status"] = answer((JsonObject)review["spec"]!);
            return review;
        });
        peer = new(new(webhook.Url + "/review"), TestCertificates.Authority, null, null);
        client = new(peer) { FirstDelay = TimeSpan.FromMilliseconds(1) };
        server = new()
        {
            Change = o => o with
            {
                Tokens = [.. o.Tokens, new WebhookTokens(client, "here", TimeProvider.System, _ => { })],
                Authorizers = [new WebhookAuthorizer(client, new(peer) { OnFailure = onFailure }, TimeProvider.System, _ => { })],
            },
        };
        await server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        client.Dispose();
        await webhook.DisposeAsync();
    }

    [Fact]
    public async Task A_token_is_the_user_that_the_webhook_says_and_it_is_asked_once()
    {
        answer = spec => spec["token"] is null ? new() { ["allowed"] = true, ["reason"] = "because" }
            : new() { ["authenticated"] = true, ["audiences"] = new JsonArray("here"), ["user"] = new JsonObject { ["username"] = "jane", ["groups"] = new JsonArray("dev"), ["extra"] = new JsonObject { ["k"] = new JsonArray("v") } } };
        Assert.Equal(200, await CodeAsync("t", "/api/v1/namespaces/default/pods?limit=1"));
        Assert.Equal(200, await CodeAsync("t", "/api/v1/namespaces/default/pods"));
        var reviews = asked.ToArray();
        Assert.Equal(["TokenReview", "SubjectAccessReview"], reviews.Select(r => (string)r["kind"]!));
        Assert.Equal("""{"token":"t","audiences":["here"]}""", reviews[0]["spec"]!.ToJsonString());
        Assert.Equal("""{"resourceAttributes":{"namespace":"default","verb":"list","version":"v1","resource":"pods"},"user":"jane","groups":["dev","system:authenticated"],"extra":{"k":["v"]}}""", reviews[1]["spec"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"authenticated":false}""")]
    [InlineData("""{"authenticated":true,"user":{}}""")]
    [InlineData("""{"authenticated":true,"audiences":["elsewhere"],"user":{"username":"jane"}}""")]
    [InlineData("{}")]
    public async Task A_token_is_not_known(string status)
    {
        answer = _ => (JsonObject)JsonNode.Parse(status)!;
        Assert.Equal(401, await CodeAsync("t", "/version"));
        Assert.Equal(401, await CodeAsync("t", "/version"));
        Assert.Single(asked); // no is an answer too
    }

    [Fact]
    public async Task A_webhook_that_fails_knows_nobody_is_tried_again_and_not_remembered()
    {
        code = 503;
        Assert.Equal(401, await CodeAsync("t", "/version"));
        Assert.Equal(5, asked.Count);
        code = 200;
        answer = spec => spec["token"] is null ? new() { ["allowed"] = true } : new() { ["authenticated"] = true, ["user"] = new JsonObject { ["username"] = "jane" } };
        Assert.Equal(200, await CodeAsync("t", "/version"));
    }

    [Fact]
    public async Task What_the_roles_allow_is_not_asked_and_what_the_webhook_refuses_is_refused()
    {
        answer = _ => new() { ["allowed"] = false, ["denied"] = true, ["reason"] = "never" };
        using var http = server.Client(TestCertificates.Client("CN=jane"));
        using var version = await http.GetAsync("/version");
        Assert.Equal(200, (int)version.StatusCode);
        Assert.Empty(asked);
        using var refused = await http.GetAsync("/metrics");
        Assert.Equal(403, (int)refused.StatusCode);
        Assert.Contains("never", await refused.Content.ReadAsStringAsync());
        Assert.Equal("""{"path":"/metrics","verb":"get"}""", Assert.Single(asked)["spec"]!["nonResourceAttributes"]!.ToJsonString());
    }

    [Theory]
    [InlineData(Verdict.NoOpinion)]
    [InlineData(Verdict.Deny)]
    public async Task An_authorizer_that_fails_says_what_its_policy_is(Verdict policy)
    {
        code = 500;
        var authorizer = new WebhookAuthorizer(client, new(peer) { OnFailure = policy }, TimeProvider.System, _ => { });
        var decision = await authorizer.AuthorizeAsync(new(new("jane", []), "get") { Path = "/x" }, CancellationToken.None);
        Assert.Equal((policy, "the authorization webhook \"default\" could not be asked"), (decision.Verdict, decision.Error));
        // Whoever is not allowed because nobody could be asked learns that it is no refusal.
        using var http = server.Client(TestCertificates.Client("CN=jane"));
        Assert.Equal(500, (int)(await http.GetAsync("/metrics")).StatusCode);
        Assert.Equal(200, (int)(await http.GetAsync("/version")).StatusCode);
    }

    async Task<int> CodeAsync(string token, string path)
    {
        using var http = server.Client();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var got = await http.GetAsync(path);
        return (int)got.StatusCode;
    }
}
