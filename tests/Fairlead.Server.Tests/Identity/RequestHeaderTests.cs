using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Json;

namespace Fairlead.Server.Tests.Identity;

public sealed class RequestHeaderTests : IAsyncLifetime
{
    readonly X509Certificate2 proxyAuthority = TestCertificates.MakeAuthority("CN=proxy-ca");
    readonly TestServer server;

    public RequestHeaderTests() => server = new() { Change = o => o with { RequestHeaders = new([proxyAuthority]) { AllowedNames = ["front-proxy"] } } };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        proxyAuthority.Dispose();
    }

    [Fact]
    public async Task The_proxys_word_is_believed()
    {
        var (code, user) = await WhoAsync(TestCertificates.Client("CN=front-proxy", proxyAuthority));
        Assert.Equal(201, code);
        Assert.Equal("""{"username":"jane","groups":["dev","system:authenticated"],"extra":{"example.org/site":["north"]}}""", user);
    }

    [Fact]
    public async Task Of_anyone_else_the_headers_are_not_looked_at()
    {
        Assert.Equal(401, (await WhoAsync(TestCertificates.Client("CN=other-proxy", proxyAuthority))).Code);
        var (code, user) = await WhoAsync(TestCertificates.Client("CN=front-proxy"));
        Assert.Equal((201, """{"username":"front-proxy","groups":["system:authenticated"]}"""), (code, user));
        Assert.Equal(403, (await WhoAsync(null)).Code);
    }

    [Fact]
    public async Task Extension_servers_find_the_same_proxy()
    {
        var map = await server.GetAsync("/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication");
        var data = (JsonObject)map.Json["data"]!;
        Assert.Equal("""["front-proxy"]""", (string?)data["requestheader-allowed-names"]);
        Assert.Equal("""["X-Remote-User"]""", (string?)data["requestheader-username-headers"]);
        Assert.Equal("""["X-Remote-Group"]""", (string?)data["requestheader-group-headers"]);
        Assert.Equal("""["X-Remote-Extra-"]""", (string?)data["requestheader-extra-headers-prefix"]);
        Assert.False(data.ContainsKey("requestheader-uid-headers"));
        using var authority = X509Certificate2.CreateFromPem((string)data["requestheader-client-ca-file"]!);
        Assert.Equal(proxyAuthority.Thumbprint, authority.Thumbprint);
        using var clients = X509Certificate2.CreateFromPem((string)data["client-ca-file"]!);
        Assert.Equal(TestCertificates.Authority.Thumbprint, clients.Thumbprint);
    }

    async Task<(int Code, string User)> WhoAsync(X509Certificate2? certificate)
    {
        using var http = server.Client(certificate);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews")
        {
            Content = new StringContent("""{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Remote-User", "jane");
        request.Headers.Add("X-Remote-Group", "dev");
        request.Headers.Add("X-Remote-Uid", "u-1"); // no header of RequestHeaderOptions.UidHeaders
        request.Headers.Add("X-Remote-Extra-Example.org%2Fsite", "north");
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, JsonNode.Parse(text)?["status"] is JsonObject status ? status["userInfo"]!.ToJsonString() : "");
    }
}
