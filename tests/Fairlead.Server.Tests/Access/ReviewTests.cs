using Fairlead.Client;
using Fairlead.Json;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Tests.Access;

/// <summary>Reviews: what kubectl auth can-i, can-i --list and whoami ask, and what delegated servers ask.</summary>
[Collection(nameof(TestServer))]
public sealed class ReviewTests(TestServer server)
{
    const string Access = "/apis/authorization.k8s.io/v1", Identity = "/apis/authentication.k8s.io/v1";

    async Task<JsonNode> AsAsync(UserInfo user, string path, string body, int code = 201)
    {
        var answer = await server.Api.Transport(user).SendAsync(new ApiRequest("POST", path, "application/json", System.Text.Encoding.UTF8.GetBytes(body)), default);
        Assert.Equal(code, answer.StatusCode);
        return JsonNode.Parse(answer.Body.Span)!;
    }

    [Theory]
    [InlineData("""{"verb":"create","group":"authorization.k8s.io","resource":"selfsubjectaccessreviews"}""", true, "RBAC: allowed by ClusterRoleBinding \"system:basic-user\" of ClusterRole \"system:basic-user\" to Group \"system:authenticated\"")]
    [InlineData("""{"verb":"list","resource":"pods","namespace":"default"}""", false, null)]
    public async Task One_may_ask_what_one_may_do(string attributes, bool allowed, string? reason)
    {
        var status = (await AsAsync(new("ann", []), $"{Access}/selfsubjectaccessreviews", $$$"""{"spec":{"resourceAttributes":{{{attributes}}}}}"""))["status"]!;
        Assert.Equal(allowed, (bool)status["allowed"]!);
        Assert.Equal(reason, (string?)status["reason"]);
    }

    [Theory]
    [InlineData("system:kube-scheduler", "\"resourceAttributes\":{\"verb\":\"create\",\"resource\":\"pods\",\"subresource\":\"binding\",\"namespace\":\"default\"}", true)]
    [InlineData("system:kube-scheduler", "\"resourceAttributes\":{\"verb\":\"create\",\"resource\":\"secrets\",\"namespace\":\"default\"}", false)]
    [InlineData("nobody", "\"nonResourceAttributes\":{\"verb\":\"get\",\"path\":\"/healthz\"}", false)]
    public async Task A_server_may_ask_about_others(string user, string what, bool allowed)
    {
        var review = await server.PostAsync($"{Access}/subjectaccessreviews", $$$"""{"spec":{"user":"{{{user}}}",{{{what}}}}}""");
        Assert.Equal(allowed ? "true" : "false", review.At("status.allowed"));
        Assert.Equal(403, (int)(await AsAsync(new("ann", []), $"{Access}/subjectaccessreviews", "{}", 403))["code"]!);
    }

    [Fact]
    public async Task A_local_review_is_about_its_namespace()
    {
        var path = $"{Access}/namespaces/default/localsubjectaccessreviews";
        var review = await server.PostAsync(path, """{"spec":{"groups":["system:masters"],"resourceAttributes":{"verb":"get","resource":"pods"}}}""");
        Assert.Equal(("true", "default"), (review.At("status.allowed"), review.At("spec.resourceAttributes.namespace")));
        Assert.Equal(400, (await server.PostAsync(path, """{"spec":{"user":"a","resourceAttributes":{"namespace":"other"}}}""")).Code);
        Assert.Equal(422, (await server.PostAsync(path, """{"spec":{"user":"a"}}""")).Code);
    }

    [Fact]
    public async Task One_may_list_ones_rules()
    {
        var status = (await AsAsync(new("ann", []), $"{Access}/selfsubjectrulesreviews", """{"spec":{"namespace":"default"}}"""))["status"]!;
        Assert.Contains("selfsubjectreviews", status["resourceRules"]!.ToJsonString());
        Assert.Contains("/healthz", status["nonResourceRules"]!.ToJsonString());
        Assert.False((bool)status["incomplete"]!);
    }

    [Fact]
    public async Task One_may_ask_who_one_is()
    {
        var user = new UserInfo("ann", ["staff"], "7") { Extra = new Dictionary<string, IReadOnlyList<string>> { ["team"] = ["a", "b"] } };
        var review = await AsAsync(user, $"{Identity}/selfsubjectreviews", "{}");
        Assert.Equal("""{"username":"ann","uid":"7","groups":["staff","system:authenticated"],"extra":{"team":["a","b"]}}""", review["status"]!["userInfo"]!.ToJsonString());
    }

    [Theory]
    [InlineData(TestServer.AdminToken, "admin")]
    [InlineData("wrong", null)]
    public async Task A_server_may_ask_whose_token_it_was_shown(string token, string? user)
    {
        var review = await server.PostAsync($"{Identity}/tokenreviews", $$$"""{"spec":{"token":"{{{token}}}"}}""");
        Assert.Equal(user, review.At("status.user.username"));
        Assert.Equal(user is null ? null : "true", review.At("status.authenticated"));
    }
}
