using Fairlead.Json;
using Fairlead.Server.Authentication;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Server.Tests.Access;

/// <summary>Acting as someone else: what it takes, and as whom one is then judged.</summary>
[Collection(nameof(TestServer))]
public sealed class ImpersonationTests(TestServer server)
{
    const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
    const string Who = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

    Task<Answer> AskAsync(string method, string path, string? body, params (string Name, string Value)[] headers) => AskAsync(server.Http, method, path, body, headers);

    static async Task<Answer> AskAsync(HttpClient http, string method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (body is not null) request.Content = new StringContent(body, null, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new((int)answer.StatusCode, text, JsonNode.Parse(text)!.AsObject(), []);
    }

    [Fact]
    public async Task The_administrator_is_whoever_he_names()
    {
        var answer = await AskAsync("POST", Who, "{}", ("Impersonate-User", "jane"), ("Impersonate-Group", "dev"),
            ("Impersonate-Uid", "7"), ("Impersonate-Extra-example.com%2Fteam", "a"));
        Assert.Equal("""{"username":"jane","uid":"7","groups":["dev","system:authenticated"],"extra":{"example.com/team":["a"]}}""", answer.Json["status"]!["userInfo"]!.ToJsonString());
        var account = await AskAsync("POST", Who, "{}", ("Impersonate-User", "system:serviceaccount:default:x"));
        Assert.Equal("""["system:serviceaccounts","system:serviceaccounts:default","system:authenticated"]""", account.Json["status"]!["userInfo"]!["groups"]!.ToJsonString());
        var refused = await AskAsync("GET", "/api/v1/nodes", null, ("Impersonate-User", "jane"));
        Assert.Equal((403, "nodes is forbidden: User \"jane\" cannot list resource \"nodes\" in API group \"\" at the cluster scope"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Others_are_whom_a_role_lets_them_be()
    {
        Assert.Equal(201, (await server.PostAsync($"{Rbac}/clusterroles", """
            {"metadata":{"name":"may-be-jane"},"rules":[
              {"verbs":["impersonate"],"apiGroups":[""],"resources":["users"],"resourceNames":["jane"]},
              {"verbs":["impersonate"],"apiGroups":["authentication.k8s.io"],"resources":["userextras/scopes"],"resourceNames":["view"]}]}
            """)).Code);
        Assert.Equal(201, (await server.PostAsync($"{Rbac}/clusterrolebindings",
            """{"metadata":{"name":"may-be-jane"},"roleRef":{"kind":"ClusterRole","name":"may-be-jane"},"subjects":[{"kind":"User","name":"helper"}]}""")).Code);
        using var me = server.Client(TestCertificates.Client("CN=helper"));
        Assert.Equal("jane", (await AskAsync(me, "POST", Who, "{}", ("Impersonate-User", "jane"), ("Impersonate-Extra-Scopes", "view"))).Json["status"]!["userInfo"]!["username"]!.GetValue<string>());
        Assert.Equal((403, "users \"joe\" is forbidden: User \"helper\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope"),
            Said(await AskAsync(me, "POST", Who, "{}", ("Impersonate-User", "joe"))));
        Assert.Equal(403, (await AskAsync(me, "POST", Who, "{}", ("Impersonate-User", "jane"), ("Impersonate-Group", "system:masters"))).Code);
        Assert.Equal(403, (await AskAsync(me, "POST", Who, "{}", ("Impersonate-User", "jane"), ("Impersonate-Extra-Scopes", "edit"))).Code);
        Assert.Equal(403, (await AskAsync(me, "POST", Who, "{}", ("Impersonate-User", "jane"), ("Impersonate-Uid", "7"))).Code);
    }

    [Fact]
    public async Task Parts_of_a_user_without_a_name_are_refused() =>
        Assert.Equal((400, "requested impersonation of groups, uid or extra without impersonating a user: add the header Impersonate-User"),
            Said(await AskAsync("POST", Who, "{}", ("Impersonate-Group", "system:masters"))));

    [Fact]
    public void Headers_that_repeat_are_all_heard()
    {
        var asked = Impersonation.Of(new HeaderDictionary { ["impersonate-user"] = "jane", ["Impersonate-Group"] = new(["dev", "ops"]), ["Accept"] = "*/*" });
        Assert.Equal(["dev", "ops"], asked!.Groups);
        Assert.Null(Impersonation.Of(new HeaderDictionary { ["Accept"] = "*/*" }));
    }

    static (int, string?) Said(Answer answer) => (answer.Code, answer.Message);
}
