using System.Net.Http.Headers;
using System.Text;

namespace Fairlead.Server.Tests.Identity;

/// <summary>Every way in × everyone: what is let through is what the roles say, which stands here a second time, by hand.</summary>
[Collection(nameof(TestServer))]
public sealed class AccessMatrixTests(TestServer server)
{
    const string Read = "get list watch";
    const string All = "get list watch create update patch delete deletecollection";
    static readonly string[] Verbs = All.Split(' ');

    [Theory]
    [InlineData("anonymous", "pods", "")]
    [InlineData("anonymous", "secrets", "")]
    [InlineData("anonymous", "nodes", "")]
    [InlineData("anonymous", "roles", "")]
    [InlineData("anonymous", "nothings", "")]
    [InlineData("nobody", "pods", "")]
    [InlineData("nobody", "secrets", "")]
    [InlineData("nobody", "nodes", "")]
    [InlineData("nobody", "clusterroles", "")]
    [InlineData("nobody", "nothings", "")]
    [InlineData("view", "pods", Read)]
    [InlineData("view", "configmaps", Read)]
    [InlineData("view", "resourcequotas", Read)]
    [InlineData("view", "secrets", "")]
    [InlineData("view", "roles", "")]
    [InlineData("view", "nodes", "")]
    [InlineData("edit", "pods", All)]
    [InlineData("edit", "secrets", All)]
    [InlineData("edit", "configmaps", All)]
    [InlineData("edit", "resourcequotas", Read)]
    [InlineData("edit", "roles", "")]
    [InlineData("edit", "nodes", "")]
    [InlineData("admin", "pods", All)]
    [InlineData("admin", "secrets", All)]
    [InlineData("admin", "roles", All)]
    [InlineData("admin", "resourcequotas", Read)]
    [InlineData("admin", "nodes", "")]
    [InlineData("admin", "clusterroles", "")]
    [InlineData("admin", "nothings", "")]
    [InlineData("node", "secrets", "")]
    [InlineData("node", "roles", "")]
    [InlineData("node", "clusterroles", "")]
    public async Task A_verb_is_let_through_for_whom_the_roles_allow_it(string who, string resource, string allowed)
    {
        using var http = Client(who);
        var ns = await NamespaceAsync();
        foreach (var verb in Verbs)
        {
            using var request = Request(verb, Path(resource, ns));
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var refused = (int)answer.StatusCode is 401 or 403 && (await answer.Content.ReadAsStringAsync()).Contains($"cannot {verb} resource", StringComparison.Ordinal);
            Assert.True(allowed.Split(' ').Contains(verb) != refused, $"{who} {verb} {resource}: {(int)answer.StatusCode}");
        }
    }

    /// <summary>A role in one namespace is none in another, nor in all of them.</summary>
    [Theory]
    [InlineData("view", "/api/v1/namespaces/default/pods")]
    [InlineData("admin", "/api/v1/namespaces/default/pods")]
    [InlineData("admin", "/api/v1/namespaces/default/secrets/x")]
    [InlineData("admin", "/api/v1/pods")]
    [InlineData("admin", "/api/v1/secrets")]
    [InlineData("admin", "/api/v1/namespaces")]
    [InlineData("admin", "/api/v1/namespaces/kube-system")]
    [InlineData("admin", "/api/v1//namespaces/default/pods")]
    [InlineData("admin", "/api/v1/namespaces/default/../default/pods")]
    [InlineData("admin", "/api/v1/namespaces/default%2Fpods")]
    public async Task A_role_ends_at_its_namespace(string who, string path)
    {
        using var http = Client(who);
        await NamespaceAsync();
        using var answer = await http.GetAsync(path);
        Assert.Contains((int)answer.StatusCode, (int[])[403, 404]);
        Assert.DoesNotContain("\"items\"", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/healthz", 200, 200, 200)]
    [InlineData("/livez", 200, 200, 200)]
    [InlineData("/readyz", 200, 200, 200)]
    [InlineData("/version", 200, 200, 200)]
    [InlineData("/api", 403, 200, 200)]
    [InlineData("/apis", 403, 200, 200)]
    [InlineData("/openapi/v2", 403, 200, 200)]
    [InlineData("/openapi/v3", 403, 200, 200)]
    [InlineData("/metrics", 403, 403, 200)]
    [InlineData("/.well-known/openid-configuration", 403, 403, 200)]
    [InlineData("/openid/v1/jwks", 403, 403, 200)]
    [InlineData("/nowhere", 403, 403, 404)]
    public async Task A_path_is_served_to(string path, int anonymous, int nobody, int admin)
    {
        using var without = server.Client();
        using var with = Client("nobody");
        using var answers = await without.GetAsync(path);
        using var answered = await with.GetAsync(path);
        using var all = await server.Http.GetAsync(path);
        Assert.Equal((anonymous, nobody, admin), ((int)answers.StatusCode, (int)answered.StatusCode, (int)all.StatusCode));
    }

    [Theory]
    [InlineData("Impersonate-User: admin", 403)]
    [InlineData("impersonate-user: system:apiserver", 403)]
    [InlineData("Impersonate-User: nobody|Impersonate-Group: system:masters", 403)]
    [InlineData("Impersonate-Group: system:masters", 400)]
    [InlineData("Impersonate-Uid: 1", 400)]
    [InlineData("Impersonate-Extra-Scopes: all", 400)]
    [InlineData("X-Remote-User: admin|X-Remote-Group: system:masters", 403)]
    [InlineData("x-remote-user: system:apiserver|x-remote-extra-a: b", 403)]
    [InlineData("X-Forwarded-For: 127.0.0.1|X-Forwarded-User: admin", 403)]
    [InlineData("X-HTTP-Method-Override: GET", 403)]
    public async Task Headers_make_nobody_more_than_he_is(string headers, int code)
    {
        foreach (var who in (string[])["nobody", "anonymous"])
        {
            using var http = Client(who);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/secrets");
            foreach (var header in headers.Split('|')) Assert.True(request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]));
            using var answer = await http.SendAsync(request);
            Assert.Equal(code, (int)answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer x")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Bearer ...")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.")]
    [InlineData("Bearer admin-token,Bearer admin-token")]
    [InlineData("Bearer admin-toke")]
    [InlineData("Bearer admin-token-")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    [InlineData("Negotiate x")]
    [InlineData("admin-token")]
    public async Task Credentials_that_are_none_are_refused(string header)
    {
        using var http = server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/version");
        Assert.True(request.Headers.TryAddWithoutValidation("Authorization", header));
        using var answer = await http.SendAsync(request);
        Assert.Equal(401, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(16, 401)]
    [InlineData(64, 431)]
    public async Task A_header_that_is_huge_is_refused(int kibibytes, int code)
    {
        using var http = server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/version");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", new string('a', kibibytes * 1024));
        using var answer = await http.SendAsync(request);
        Assert.Equal(code, (int)answer.StatusCode);
        using var still = await server.Http.GetAsync("/version");
        Assert.Equal(200, (int)still.StatusCode);
    }

    HttpClient Client(string who) => server.Client(who switch
    {
        "anonymous" => null,
        "node" => TestCertificates.Client("CN=system:node:matrix, O=system:nodes"),
        _ => TestCertificates.Client($"CN=matrix-{who}"),
    });

    async Task<string> NamespaceAsync()
    {
        var ns = await server.NamespaceAsync("matrix");
        // No controller runs here that would aggregate view, edit and admin of their parts.
        foreach (var (who, role) in ((string, string)[])[("view", "view"), ("edit", "view"), ("edit", "edit"), ("admin", "view"), ("admin", "edit"), ("admin", "admin")])
        {
            Assert.Equal(201, (await server.PostAsync($"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings", $$$"""
                {"metadata":{"name":"{{{who}}}-{{{role}}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"system:aggregate-to-{{{role}}}"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"matrix-{{{who}}}"}]}
                """)).Code);
        }
        return ns;
    }

    static string Path(string resource, string ns) => resource switch
    {
        "nodes" => "/api/v1/nodes",
        "clusterroles" => "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "roles" => $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles",
        _ => $"/api/v1/namespaces/{ns}/{resource}",
    };

    static HttpRequestMessage Request(string verb, string collection)
    {
        var (method, path) = verb switch
        {
            "get" => (HttpMethod.Get, collection + "/x"),
            "list" => (HttpMethod.Get, collection),
            "watch" => (HttpMethod.Get, collection + "?watch=true&timeoutSeconds=1"),
            "create" => (HttpMethod.Post, collection + "?dryRun=All"),
            "update" => (HttpMethod.Put, collection + "/x?dryRun=All"),
            "patch" => (HttpMethod.Patch, collection + "/x?dryRun=All"),
            "delete" => (HttpMethod.Delete, collection + "/x?dryRun=All"),
            _ => (HttpMethod.Delete, collection + "?dryRun=All"),
        };
        var request = new HttpRequestMessage(method, path);
        if (verb is "create" or "update") request.Content = new StringContent("""{"metadata":{"name":"x"}}""", Encoding.UTF8, "application/json");
        if (verb == "patch") request.Content = new StringContent("{}", Encoding.UTF8, "application/merge-patch+json");
        return request;
    }
}
