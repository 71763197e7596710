using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Allocation;
using Fairlead.Server.Authentication;
using Fairlead.Server.Security;
using Fairlead.Store.Memory;
using Microsoft.Extensions.Logging;

namespace Fairlead.Server.Tests;

/// <summary>A real server on loopback HTTPS over an in-memory store, and ways to ask it.</summary>
public sealed class TestServer : IAsyncLifetime
{
    public const string AdminToken = "admin-token";

    ApiServer server = null!;

    /// <summary>As --service-cluster-ip-range.</summary>
    public string ServiceRanges { get; init; } = "10.96.0.0/16";

    public (int First, int Last) NodePorts { get; init; } = (30000, 32767);

    /// <summary>Tokens of service accounts are taken, and die with what they are bound to.</summary>
    public bool VerifiesAccounts { get; init; }
    public ECDsa AccountKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public ServiceAccountTokens AccountTokens { get; private set; } = null!;

    /// <summary>Completes the options that the server starts with.</summary>
    public Func<ApiServerOptions, ApiServerOptions> Change { get; init; } = options => options;
    public InMemoryStore Store { get; init; } = new();

    /// <summary>Receives what the server reports of its own faults.</summary>
    public ILogger? Log { get; init; }
    public ApiServer Api => server;
    public Uri Address => new($"https://127.0.0.1:{server.Port}");

    /// <summary>A client that shows the admin's token.</summary>
    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        AccountTokens = new(AccountKey, ServiceAccountTokens.DefaultIssuer, TimeProvider.System, new BoundObjects(Store).ExistAsync);
        server = new ApiServer(Change(new ApiServerOptions
        {
            Listen = new(IPAddress.Loopback, 0),
            Advertise = IPAddress.Parse("192.0.2.1"),
            Certificate = TestCertificates.Server(),
            ClientAuthority = TestCertificates.Authority,
            Store = Store,
            BodyTimeout = TimeSpan.FromSeconds(2),
            ServiceRanges = ServiceRange.ParseFlag(ServiceRanges),
            NodePorts = NodePorts,
            Resources = BuiltInResources.All,
            TokenIssuer = AccountTokens,
            Tokens = [StaticTokens.Parse([$"{AdminToken},admin,1,\"system:masters\""]), .. VerifiesAccounts ? [AccountTokens] : (ITokenAuthenticator[])[]],
        }), Log);
        await server.StartAsync(CancellationToken.None);
        Http = Client();
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminToken);
        foreach (var ns in (string[])["default", "kube-system"]) await PostAsync($"/api/v1/namespaces/{ns}/serviceaccounts", """{"metadata":{"name":"default"}}""");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await server.DisposeAsync();
    }

    /// <summary>A client without a token, with a certificate if one is given.</summary>
    public HttpClient Client(X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, remote, _, _) => remote is not null;
        if (certificate is not null) handler.SslOptions.ClientCertificates = [certificate];
        handler.SslOptions.LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate;
        return new HttpClient(handler) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
            if (type.Length > 0) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        JsonNode? json = null;
        if (text.Length > 0 && response.Content.Headers.ContentType?.MediaType == "application/json") json = JsonNode.Parse(text);
        return new((int)response.StatusCode, text, json as JsonObject ?? [], response.Headers.TryGetValues("Warning", out var w) ? [.. w] : []);
    }

    public Task<Answer> GetAsync(string path, string? accept = null) => SendAsync(HttpMethod.Get, path, accept: accept);
    public Task<Answer> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);
    public Task<Answer> PutAsync(string path, string body) => SendAsync(HttpMethod.Put, path, body);
    public Task<Answer> PatchAsync(string path, string type, string body) => SendAsync(HttpMethod.Patch, path, body, type);
    public Task<Answer> DeleteAsync(string path, string? body = null) => SendAsync(HttpMethod.Delete, path, body);

    /// <summary>Creates a namespace of its own for a test and returns its name.</summary>
    public async Task<string> NamespaceAsync(string name)
    {
        var made = await PostAsync("/api/v1/namespaces", $$$"""{"metadata":{"generateName":"{{{name}}}-"}}""");
        Assert.Equal(201, made.Code);
        var ns = made.Json["metadata"]!["name"]!.GetValue<string>();
        await PostAsync($"/api/v1/namespaces/{ns}/serviceaccounts", """{"metadata":{"name":"default"}}""");
        return ns;
    }
}

/// <summary>One whole answer.</summary>
public sealed record Answer(int Code, string Text, JsonObject Json, IReadOnlyList<string> Warnings)
{
    public string? Message => (string?)Json["message"];
    public string? Reason => (string?)Json["reason"];
    public string Revision => (string)Json["metadata"]!["resourceVersion"]!;

    /// <summary>The string at a dotted path.</summary>
    public string? At(string path) => path.Split('.').Aggregate((JsonNode?)Json, (n, step) => n is JsonArray a ? a[int.Parse(step)] : n?[step])?.ToString();
}

[CollectionDefinition(nameof(TestServer))]
public sealed class ServerCollection : ICollectionFixture<TestServer>;
