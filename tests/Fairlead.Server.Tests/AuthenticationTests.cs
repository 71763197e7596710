namespace Fairlead.Server.Tests;

[Collection(nameof(TestServer))]
public sealed class AuthenticationTests(TestServer server)
{
    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/livez", 200)]
    [InlineData("/readyz?verbose", 200)]
    [InlineData("/version", 200)]
    [InlineData("/api", 403)]
    [InlineData("/metrics", 403)]
    [InlineData("/api/v1/namespaces", 403)]
    [InlineData("/api/v1/nothings", 403)]
    public async Task Without_credentials_only_health_and_version_are_served(string path, int code)
    {
        using var http = server.Client();
        using var answer = await http.GetAsync(path);
        Assert.Equal(code, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_wrong_token_is_not_anonymous()
    {
        using var http = server.Client();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");
        using var answer = await http.GetAsync("/version");
        Assert.Equal(401, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_certificate_of_the_clusters_ca_is_a_user()
    {
        using var http = server.Client(TestCertificates.Client("CN=jane, O=system:masters"));
        using var answer = await http.GetAsync("/api/v1/namespaces");
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_certificate_of_another_ca_is_refused()
    {
        using var other = TestCertificates.MakeAuthority("CN=other");
        using var http = server.Client(TestCertificates.Client("CN=jane, O=system:masters", other));
        using var answer = await http.GetAsync("/api/v1/namespaces");
        Assert.Equal(401, (int)answer.StatusCode);
    }
}
