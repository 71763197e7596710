using Fairlead.Client;
using Fairlead.Json;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Tests.Access;

/// <summary>Roles and bindings as users meet them: allowed, refused with upstream's words, never more than one has oneself.</summary>
[Collection(nameof(TestServer))]
public sealed class RbacTests(TestServer server)
{
    const string Api = "/apis/rbac.authorization.k8s.io/v1";

    async Task<(int Code, string? Message)> AskAsync(string user, string method, string path, string? body = null, params string[] groups)
    {
        var answer = await server.Api.Transport(new UserInfo(user, groups)).SendAsync(
            new ApiRequest(method, path, body is null ? null : "application/json", System.Text.Encoding.UTF8.GetBytes(body ?? "")), default);
        var json = answer.Body.Length > 0 && answer.Body.Span[0] == '{' ? JsonNode.Parse(answer.Body.Span) : null;
        return (answer.StatusCode, (string?)json?["message"]);
    }

    async Task<string> GrantAsync(string user, string rules)
    {
        var ns = await server.NamespaceAsync("rbac");
        Assert.Equal(201, (await server.PostAsync($"{Api}/namespaces/{ns}/roles", $$"""{"metadata":{"name":"r"},"rules":[{{rules}}]}""")).Code);
        Assert.Equal(201, (await server.PostAsync($"{Api}/namespaces/{ns}/rolebindings",
            $$"""{"metadata":{"name":"b"},"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"{{user}}"}]}""")).Code);
        return ns;
    }

    [Theory]
    [InlineData("GET", "/api/v1/namespaces/NS/pods", 200)]
    [InlineData("GET", "/api/v1/namespaces/NS/pods?watch=true&timeoutSeconds=1", 403)]
    [InlineData("GET", "/api/v1/pods", 403)]
    [InlineData("GET", "/api/v1/namespaces/default/pods", 403)]
    [InlineData("GET", "/api/v1/namespaces/NS/pods/p", 403)]
    [InlineData("GET", "/api/v1/namespaces/NS/pods/p/log", 404)]
    [InlineData("GET", "/api/v1/namespaces/NS/configmaps/mine", 404)]
    [InlineData("GET", "/api/v1/namespaces/NS/configmaps/other", 403)]
    [InlineData("GET", "/api/v1/namespaces/NS/configmaps?fieldSelector=metadata.name%3Dmine", 200)]
    [InlineData("GET", "/api/v1/namespaces/NS/configmaps", 403)]
    [InlineData("GET", "/apis/apps/v1/namespaces/NS/deployments/d/scale", 404)]
    [InlineData("GET", "/apis/apps/v1/namespaces/NS/deployments/d", 403)]
    [InlineData("GET", "/apis/nothing.example.com/v1/namespaces/NS/things", 403)]
    [InlineData("GET", "/healthz", 200)]
    [InlineData("GET", "/apis", 200)]
    [InlineData("GET", "/metrics", 403)]
    public async Task A_role_allows_what_it_says_in_its_namespace(string method, string path, int code)
    {
        var ns = await GrantAsync("jane", """
            {"verbs":["list"],"apiGroups":[""],"resources":["pods"]},
            {"verbs":["get"],"apiGroups":[""],"resources":["pods/log"]},
            {"verbs":["get","list"],"apiGroups":[""],"resources":["configmaps"],"resourceNames":["mine"]},
            {"verbs":["*"],"apiGroups":["*"],"resources":["*/scale"]}
            """);
        Assert.Equal(code, (await AskAsync("jane", method, path.Replace("NS", ns))).Code);
    }

    [Theory]
    [InlineData("GET", "/api/v1/namespaces/default/pods", "pods is forbidden: User \"joe\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"")]
    [InlineData("GET", "/api/v1/nodes/n1", "nodes \"n1\" is forbidden: User \"joe\" cannot get resource \"nodes\" in API group \"\" at the cluster scope")]
    [InlineData("GET", "/api/v1/namespaces/default", "namespaces \"default\" is forbidden: User \"joe\" cannot get resource \"namespaces\" in API group \"\" in the namespace \"default\"")]
    [InlineData("POST", "/apis/apps/v1/namespaces/default/deployments", "deployments.apps is forbidden: User \"joe\" cannot create resource \"deployments\" in API group \"apps\" in the namespace \"default\"")]
    [InlineData("PUT", "/api/v1/namespaces/default/pods/p/status", "pods \"p\" is forbidden: User \"joe\" cannot update resource \"pods/status\" in API group \"\" in the namespace \"default\"")]
    [InlineData("GET", "/metrics", "forbidden: User \"joe\" cannot get path \"/metrics\"")]
    public async Task A_refusal_has_upstreams_words(string method, string path, string message) =>
        Assert.Equal((403, message), await AskAsync("joe", method, path, method == "GET" ? null : "{}"));

    [Fact]
    public async Task A_binding_to_a_role_that_is_missing_says_so()
    {
        await server.PostAsync($"{Api}/clusterrolebindings", """{"metadata":{"name":"dangling"},"roleRef":{"kind":"ClusterRole","name":"nope"},"subjects":[{"kind":"User","name":"jim"}]}""");
        Assert.Equal(
            (403, "pods is forbidden: User \"jim\" cannot list resource \"pods\" in API group \"\" at the cluster scope: RBAC: clusterrole.rbac.authorization.k8s.io \"nope\" not found"),
            await AskAsync("jim", "GET", "/api/v1/pods"));
    }

    [Fact]
    public async Task What_is_granted_or_taken_counts_from_the_next_request()
    {
        for (var i = 0; i < 20; i++)
        {
            var user = $"quick-{i}";
            var ns = await GrantAsync(user, """{"verbs":["list"],"apiGroups":[""],"resources":["pods"]}""");
            Assert.Equal(200, (await AskAsync(user, "GET", $"/api/v1/namespaces/{ns}/pods")).Code);
            await server.DeleteAsync($"{Api}/namespaces/{ns}/rolebindings/b");
            Assert.Equal(403, (await AskAsync(user, "GET", $"/api/v1/namespaces/{ns}/pods")).Code);
        }
    }

    [Fact]
    public async Task Nobody_grants_what_he_does_not_have()
    {
        var ns = await GrantAsync("eve", """
            {"verbs":["get","list"],"apiGroups":[""],"resources":["pods"]},
            {"verbs":["create","update"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles","rolebindings"]}
            """);
        Task<(int Code, string? Message)> Role(string name, string verbs) => AskAsync("eve", "POST", $"{Api}/namespaces/{ns}/roles",
            $$"""{"metadata":{"name":"{{name}}"},"rules":[{"verbs":[{{verbs}}],"apiGroups":[""],"resources":["pods"]}]}""", "staff");
        Assert.Equal(201, (await Role("less", "\"get\"")).Code);
        Assert.Equal((403, "roles.rbac.authorization.k8s.io \"more\" is forbidden: user \"eve\" (groups=[\"staff\" \"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
            + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\" \"create\"]}"), await Role("more", "\"get\",\"delete\",\"create\""));
        Task<(int Code, string? Message)> Bind(string role) => AskAsync("eve", "POST", $"{Api}/namespaces/{ns}/rolebindings",
            $$"""{"metadata":{"generateName":"b-"},"roleRef":{"kind":"{{(role == "less" ? "Role" : "ClusterRole")}}","name":"{{role}}"},"subjects":[{"kind":"User","name":"eve"}]}""");
        Assert.Equal(201, (await Bind("less")).Code);
        Assert.Equal(403, (await Bind("cluster-admin")).Code);
        Assert.Equal(404, (await Bind("no-such-role")).Code);
    }

    [Fact]
    public async Task Who_may_bind_a_role_binds_it_without_having_it()
    {
        var ns = await GrantAsync("binder", """
            {"verbs":["create"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["rolebindings"]},
            {"verbs":["bind"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"resourceNames":["system:heapster"]}
            """);
        Task<(int Code, string? Message)> Bind(string role) => AskAsync("binder", "POST", $"{Api}/namespaces/{ns}/rolebindings",
            $$"""{"metadata":{"generateName":"b-"},"roleRef":{"kind":"ClusterRole","name":"{{role}}"},"subjects":[]}""");
        Assert.Equal(201, (await Bind("system:heapster")).Code);
        Assert.Equal(403, (await Bind("system:kube-scheduler")).Code);
    }

    [Fact]
    public async Task The_role_of_a_binding_does_not_change()
    {
        var ns = await GrantAsync("x", """{"verbs":["list"],"apiGroups":[""],"resources":["pods"]}""");
        var answer = await server.PatchAsync($"{Api}/namespaces/{ns}/rolebindings/b", "application/merge-patch+json", """{"roleRef":{"name":"other"}}""");
        Assert.Equal("RoleBinding.rbac.authorization.k8s.io \"b\" is invalid: roleRef: Invalid value: rbac.RoleRef{APIGroup:\"rbac.authorization.k8s.io\", Kind:\"Role\", Name:\"other\"}: cannot change roleRef", answer.Message);
    }

    [Fact]
    public async Task A_service_account_is_a_subject()
    {
        var ns = await server.NamespaceAsync("rbac");
        await server.PostAsync($"{Api}/namespaces/{ns}/rolebindings",
            """{"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"system:heapster"},"subjects":[{"kind":"ServiceAccount","name":"default"}]}""");
        var account = UserInfo.ServiceAccount(ns, "default");
        Assert.Equal(200, (await AskAsync(account.Name, "GET", $"/api/v1/namespaces/{ns}/pods", null, [.. account.Groups])).Code);
        Assert.Equal(403, (await AskAsync(account.Name, "GET", "/api/v1/namespaces/default/pods", null, [.. account.Groups])).Code);
    }

    /// <summary>An apply that finds no object makes one, which takes the right to create.</summary>
    [Theory]
    [InlineData("\"patch\"", 403)]
    [InlineData("\"patch\",\"create\"", 201)]
    public async Task An_apply_makes_an_object_for_who_may_create_it(string verbs, int code)
    {
        var user = $"applies-{code}";
        var ns = await GrantAsync(user, $$"""{"verbs":[{{verbs}}],"apiGroups":[""],"resources":["configmaps"]}""");
        await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", """{"metadata":{"name":"there"}}""");
        async Task<(int, string?)> ApplyAsync(string name)
        {
            var body = $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}"},"data":{"a":"1"} }""";
            var answer = await server.Api.Transport(new UserInfo(user, [])).SendAsync(
                new ApiRequest("PATCH", $"/api/v1/namespaces/{ns}/configmaps/{name}?fieldManager=test", "application/apply-patch+yaml", System.Text.Encoding.UTF8.GetBytes(body)), default);
            return (answer.StatusCode, (string?)JsonNode.Parse(answer.Body.Span)!["message"]);
        }
        Assert.Equal(200, (await ApplyAsync("there")).Item1);
        var (made, message) = await ApplyAsync("absent");
        Assert.Equal(code, made);
        if (code == 403) Assert.Equal($"configmaps \"absent\" is forbidden: User \"{user}\" cannot create resource \"configmaps\" in API group \"\" in the namespace \"{ns}\"", message);
    }
}
