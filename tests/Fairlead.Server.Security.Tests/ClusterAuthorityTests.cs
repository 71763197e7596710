using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Server.Security.Tests;

public sealed class ClusterAuthorityTests : IDisposable
{
    const string ServerUse = "1.3.6.1.5.5.7.3.1", ClientUse = "1.3.6.1.5.5.7.3.2";

    readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("fairlead-pki-").FullName, "pki");
    readonly FixedClock clock = new(DateTimeOffset.UtcNow);

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);

    static CertificateRequestSpec ApiServer(params string[] addresses) => CertificateRequestSpec.ApiServer(addresses.Select(IPAddress.Parse));

    static bool Trusted(X509Certificate2 certificate, X509Certificate2 authority, string use, DateTimeOffset? at = null)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new(use));
        if (at is { } time) chain.ChainPolicy.VerificationTime = time.LocalDateTime;
        return chain.Build(certificate);
    }

    public static TheoryData<string, CertificateRequestSpec, string?, bool, bool> Specs => new()
    {
        { "API server", ApiServer("10.96.0.1"), null, true, false },
        { "admin", CertificateRequestSpec.Admin, "system:masters", false, true },
        { "controller manager", CertificateRequestSpec.ControllerManager, null, false, true },
        { "node", CertificateRequestSpec.Node("n1", [IPAddress.Parse("172.30.0.2")]), "system:nodes", true, true },
    };

    [Theory]
    [MemberData(nameof(Specs))]
    public void A_certificate_chains_to_the_CA_for_its_use_alone(string name, CertificateRequestSpec spec, string? organization, bool server, bool client)
    {
        using var authority = ClusterAuthority.Open(folder, clock);
        using var certificate = authority.Issue(spec);
        Assert.True(certificate.HasPrivateKey, name);
        Assert.Equal(server, Trusted(certificate, authority.Certificate, ServerUse));
        Assert.Equal(client, Trusted(certificate, authority.Certificate, ClientUse));
        Assert.Contains($"CN={spec.CommonName}", certificate.Subject);
        if (organization is not null) Assert.Contains($"O={organization}", certificate.Subject);
        Assert.False(Trusted(certificate, authority.Certificate, server ? ServerUse : ClientUse, clock.Now + TimeSpan.FromDays(366)));
    }

    [Theory]
    [InlineData("kubernetes.default.svc.cluster.local", true)]
    [InlineData("kubernetes", true)]
    [InlineData("localhost", true)]
    [InlineData("10.96.0.1", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.96.0.2", false)]
    [InlineData("example.com", false)]
    public void The_server_answers_to_its_names_alone(string host, bool matches)
    {
        using var authority = ClusterAuthority.Open(folder, clock);
        using var certificate = authority.Issue(ApiServer("10.96.0.1"));
        Assert.Equal(matches, certificate.MatchesHostname(host, allowWildcards: false, allowCommonName: false));
    }

    [Fact]
    public void Another_CA_of_the_same_name_is_not_believed()
    {
        using var ours = ClusterAuthority.Open(folder, clock);
        using var theirs = ClusterAuthority.Open(folder + "-other", clock);
        using var certificate = theirs.Issue(CertificateRequestSpec.Admin);
        Assert.False(Trusted(certificate, ours.Certificate, ClientUse));
    }

    [Fact]
    public void Files_are_the_owners_alone()
    {
        using var authority = ClusterAuthority.Open(folder, clock);
        authority.Issue(CertificateRequestSpec.Admin).Dispose();
        authority.TokenKey().Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        var files = Directory.GetFiles(folder);
        Assert.Equal(["admin.crt", "admin.key", "ca.crt", "ca.key", "sa.key"], files.Select(Path.GetFileName).Order());
        Assert.All(files, f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
    }

    public static TheoryData<string, int, string[], bool> Reuse => new()
    {
        { "the same again", 0, ["10.96.0.1"], true },
        { "in a hundred days", 100, ["10.96.0.1"], true },
        { "near its end", 310, ["10.96.0.1"], false },
        { "after its end", 400, ["10.96.0.1"], false },
        { "with one more address", 0, ["10.96.0.1", "192.0.2.7"], false },
    };

    [Theory]
    [MemberData(nameof(Reuse))]
    public void A_certificate_is_kept_while_it_serves(string name, int days, string[] addresses, bool kept)
    {
        string authorityPrint, print;
        using (var first = ClusterAuthority.Open(folder, clock))
        using (var certificate = first.Issue(ApiServer("10.96.0.1"))) (authorityPrint, print) = (first.Certificate.Thumbprint, certificate.Thumbprint);
        clock.Now += TimeSpan.FromDays(days);
        using var second = ClusterAuthority.Open(folder, clock);
        using var again = second.Issue(ApiServer(addresses));
        Assert.Equal(authorityPrint, second.Certificate.Thumbprint);
        Assert.True(kept == (print == again.Thumbprint), name);
    }

    [Fact]
    public void A_certificate_of_a_former_CA_is_made_anew()
    {
        string print;
        using (var first = ClusterAuthority.Open(folder, clock))
        using (var certificate = first.Issue(CertificateRequestSpec.Admin)) print = certificate.Thumbprint;
        File.Delete(Path.Combine(folder, "ca.crt"));
        using var second = ClusterAuthority.Open(folder, clock);
        using var again = second.Issue(CertificateRequestSpec.Admin);
        Assert.NotEqual(print, again.Thumbprint);
        Assert.True(Trusted(again, second.Certificate, ClientUse));
    }

    [Fact]
    public async Task Both_ends_agree_on_TLS()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var authority = ClusterAuthority.Open(folder, clock);
        using var serverCertificate = authority.Issue(ApiServer("10.96.0.1"));
        using var clientCertificate = authority.Issue(CertificateRequestSpec.Admin);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        var connecting = client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, timeout.Token);
        using var accepted = await listener.AcceptTcpClientAsync(timeout.Token);
        await connecting;
        using var serverSide = new SslStream(accepted.GetStream());
        using var clientSide = new SslStream(client.GetStream());
        string? seen = null;
        var server = serverSide.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = serverCertificate,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, c, _, _) => Trusted((X509Certificate2)c!, authority.Certificate, ClientUse) && (seen = c!.Subject) is not null,
        }, timeout.Token);
        await clientSide.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "kubernetes",
            ClientCertificates = [clientCertificate],
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority.Certificate }, RevocationMode = X509RevocationMode.NoCheck },
        }, timeout.Token);
        await server;
        Assert.Contains("CN=kubernetes-admin", seen);
    }

    [Fact]
    public void A_kubeconfig_is_whole_and_the_owners_alone()
    {
        using var authority = ClusterAuthority.Open(folder, clock);
        using var admin = authority.Issue(CertificateRequestSpec.Admin);
        var path = Path.Combine(folder, "kubeconfig");
        Kubeconfig.For("my \"cluster\"", new Uri("https://127.0.0.1:6443"), authority.CertificatePem, admin).Write(path);
        var text = File.ReadAllText(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Contains("    server: \"https://127.0.0.1:6443\"\n", text);
        Assert.Contains("- name: \"my \\u0022cluster\\u0022\"\n", text);
        var encoded = text.Split("certificate-authority-data: ")[1].Split('\n')[0];
        using var read = X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(encoded)));
        Assert.Equal(authority.Certificate.Thumbprint, read.Thumbprint);
        Assert.Matches("(?m)^    client-key-data: [A-Za-z0-9+/=]+$", text);
    }

    [Fact]
    public void The_front_proxys_certificate_is_of_an_authority_of_its_own()
    {
        using var cluster = ClusterAuthority.Open(folder, clock);
        using var authority = ClusterAuthority.OpenFrontProxy(folder, clock);
        using var proxy = authority.Issue(CertificateRequestSpec.FrontProxyClient);
        Assert.Equal("CN=front-proxy-client", proxy.Subject);
        Assert.True(Trusted(proxy, authority.Certificate, ClientUse));
        Assert.False(Trusted(proxy, cluster.Certificate, ClientUse));
        using var again = ClusterAuthority.OpenFrontProxy(folder, clock);
        Assert.Equal(authority.Certificate.Thumbprint, again.Certificate.Thumbprint);
        using var kept = again.Issue(CertificateRequestSpec.FrontProxyClient);
        Assert.Equal(proxy.Thumbprint, kept.Thumbprint);
    }
}
