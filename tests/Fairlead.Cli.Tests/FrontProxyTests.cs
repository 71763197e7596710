using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Https;
using Fairlead.Store.Tests;

namespace Fairlead.Cli.Tests;

/// <summary>What a real server tells other API servers of its front proxy, and what it says of its own components.</summary>
public sealed class FrontProxyTests : IAsyncLifetime
{
    readonly TemporaryFolder folder = new();
    ServerProcess server = null!;
    string certificates = "";

    public async ValueTask InitializeAsync()
    {
        var layout = ServerProcess.Prepare("proxy", Path.Combine(folder.Path, "data"));
        certificates = layout.CertificateFolder;
        server = ServerProcess.Start(layout);
        await server.ReadyAsync();
    }

    public ValueTask DisposeAsync()
    {
        server.Dispose();
        folder.Dispose();
        return default;
    }

    [Fact]
    public async Task Its_authority_is_published_and_believed_about_users()
    {
        var told = (await server.Client.GetAsync<ConfigMap>("kube-system", "extension-apiserver-authentication", default)).Data!;
        Assert.Equal("""["front-proxy-client"]""", told["requestheader-allowed-names"]);
        using var authority = X509Certificate2.CreateFromPem(told["requestheader-client-ca-file"]);
        Assert.Equal(authority.ExportCertificatePem(), (await File.ReadAllTextAsync(Path.Combine(certificates, "front-proxy-ca.crt"))).Trim());
        Assert.NotEqual(told["client-ca-file"], told["requestheader-client-ca-file"]);
        using var proxy = X509Certificate2.CreateFromPemFile(Path.Combine(certificates, "front-proxy-client.crt"), Path.Combine(certificates, "front-proxy-client.key"));
        Assert.Equal(authority.Subject, proxy.Issuer);
        // Without a user in its headers the front proxy is nobody: its authority is none of clients.
        using var transport = new HttpsTransport(new HttpsTransportOptions(new Uri($"https://127.0.0.1:{server.Port}"), server.Authority, proxy, null));
        Assert.Equal(401, (await transport.SendAsync(ApiRequest.Get("/api/v1/namespaces"), default)).StatusCode);
    }

    [Fact]
    public async Task Every_component_is_healthy()
    {
        // They begin when the server is ready.
        var until = DateTime.UtcNow.AddSeconds(20);
        var all = await ComponentsAsync();
        while (all.Any(c => c.Conditions![0].Status != "True") && DateTime.UtcNow < until) all = await ComponentsAsync();
        Assert.Equal(["scheduler", "controller-manager", "etcd-0"], all.Select(c => c.Metadata.Name));
        Assert.All(all, c => Assert.Equal(("Healthy", "True", "ok"), (c.Conditions![0].Type, c.Conditions[0].Status, c.Conditions[0].Message)));
    }

    async Task<IReadOnlyList<ComponentStatus>> ComponentsAsync() => (await server.Client.ListAsync<ComponentStatus>(null, ListOptions.All, default)).Items;
}
