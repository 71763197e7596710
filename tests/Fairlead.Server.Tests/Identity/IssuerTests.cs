using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Json;
using Fairlead.Server.Authentication;
using Fairlead.Server.Security;

namespace Fairlead.Server.Tests.Identity;

public sealed class IssuerTests : IAsyncLifetime
{
    readonly TestServer server = new() { VerifiesAccounts = true };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task The_discovery_documents_name_issuer_and_keys()
    {
        var document = await server.GetAsync("/.well-known/openid-configuration");
        Assert.Equal(200, document.Code);
        Assert.Equal(ServiceAccountTokens.DefaultIssuer, document.At("issuer"));
        Assert.Matches("^https://192\\.0\\.2\\.1:\\d+/openid/v1/jwks$", document.At("jwks_uri"));
        Assert.Equal("ES256", document.At("id_token_signing_alg_values_supported.0"));
        using var keys = await server.Http.GetAsync("/openid/v1/jwks");
        Assert.Equal("application/jwk-set+json", keys.Content.Headers.ContentType!.MediaType);
        Assert.Equal("public, max-age=3600", keys.Headers.CacheControl!.ToString());
        Assert.Single(JsonNode.Parse(await keys.Content.ReadAsStringAsync())!["keys"]!.AsArray());
    }

    [Fact]
    public async Task Every_service_account_may_read_them_and_nobody_without_credentials()
    {
        Assert.Equal(200, await CodeAsync("/openid/v1/jwks", await TokenAsync("default")));
        Assert.Equal(403, await CodeAsync("/openid/v1/jwks", null));
    }

    [Fact]
    public async Task After_a_rotation_old_tokens_count_until_their_key_is_dropped()
    {
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var before = await TokenAsync("default");
        server.AccountTokens.Use([next, server.AccountKey]);
        var after = await TokenAsync("default");
        Assert.NotEqual(before.Split('.')[0], after.Split('.')[0]);
        Assert.Equal((200, 200), (await CodeAsync("/openid/v1/jwks", before), await CodeAsync("/openid/v1/jwks", after)));
        Assert.Equal(2, (await KeysAsync(after)).Count);
        server.AccountTokens.Use([next]);
        Assert.Equal((401, 200), (await CodeAsync("/openid/v1/jwks", before), await CodeAsync("/openid/v1/jwks", after)));
        Assert.Single(await KeysAsync(after));
    }

    [Fact]
    public async Task A_token_dies_with_its_account()
    {
        await server.PostAsync("/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"shortlived"}}""");
        var token = await TokenAsync("shortlived");
        Assert.Equal(200, await CodeAsync("/openid/v1/jwks", token));
        await server.DeleteAsync("/api/v1/namespaces/default/serviceaccounts/shortlived");
        await server.PostAsync("/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"shortlived"}}""");
        Assert.Equal(401, await CodeAsync("/openid/v1/jwks", token));
    }

    [Fact]
    public async Task A_new_serving_certificate_is_shown_at_the_next_handshake()
    {
        using var next = TestCertificates.Server();
        Assert.NotEqual(next.Thumbprint, await ShownAsync());
        server.Api.UseCertificate(next);
        Assert.Equal(next.Thumbprint, await ShownAsync());
    }

    [Fact]
    public async Task Client_authorities_are_replaced_for_open_connections_too()
    {
        using var other = TestCertificates.MakeAuthority("CN=next-ca");
        using var old = server.Client(TestCertificates.Client("CN=jane"));
        using var @new = server.Client(TestCertificates.Client("CN=jane", other));
        Assert.Equal((200, 401), (await CodeAsync(old), await CodeAsync(@new)));
        server.Api.UseClientAuthorities([TestCertificates.Authority, other]);
        Assert.Equal((200, 200), (await CodeAsync(old), await CodeAsync(@new)));
        server.Api.UseClientAuthorities([other]);
        Assert.Equal((401, 200), (await CodeAsync(old), await CodeAsync(@new)));

        static async Task<int> CodeAsync(HttpClient http)
        {
            using var answer = await http.GetAsync("/version");
            return (int)answer.StatusCode;
        }
    }

    async Task<string> TokenAsync(string account)
    {
        var made = await server.PostAsync($"/api/v1/namespaces/default/serviceaccounts/{account}/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""");
        Assert.Equal(201, made.Code);
        return made.At("status.token")!;
    }

    async Task<int> CodeAsync(string path, string? token)
    {
        using var http = server.Client();
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.GetAsync(path);
        return (int)answer.StatusCode;
    }

    async Task<JsonArray> KeysAsync(string token)
    {
        using var http = server.Client();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return JsonNode.Parse(await http.GetStringAsync("/openid/v1/jwks"))!["keys"]!.AsArray();
    }

    async Task<string?> ShownAsync()
    {
        string? shown = null;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, remote, _, _) => (shown = ((X509Certificate2)remote!).Thumbprint) is not null;
        using var http = new HttpClient(handler) { BaseAddress = server.Address };
        using var answer = await http.GetAsync("/version");
        return shown;
    }
}
