using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Store.Etcd;

namespace Fairlead.Store.Tests;

/// <summary>An etcd that asks for client certificates, and what is said to those who have none or do not believe it.</summary>
public sealed class EtcdTlsTests : IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;
    readonly TemporaryFolder folder = new();
    readonly X509Certificate2 authority = Authority("etcd-ca"), stranger = Authority("another-ca");
    readonly EtcdProcess etcd;

    public EtcdTlsTests()
    {
        using var server = Signed(authority, "etcd", "1.3.6.1.5.5.7.3.1");
        File.WriteAllText(In("ca.crt"), authority.ExportCertificatePem());
        File.WriteAllText(In("server.crt"), server.ExportCertificatePem());
        File.WriteAllText(In("server.key"), server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        etcd = new EtcdProcess("--cert-file", In("server.crt"), "--key-file", In("server.key"), "--client-cert-auth", "--trusted-ca-file", In("ca.crt"));
    }

    public void Dispose()
    {
        etcd.Dispose();
        folder.Dispose();
        authority.Dispose();
        stranger.Dispose();
    }

    string In(string name) => Path.Combine(folder.Path, name);

    EtcdStoreOptions Options(X509Certificate2 believed, X509Certificate2? client) => new([etcd.Endpoint])
    {
        Authorities = [believed], ClientCertificate = client, RequestTimeout = TimeSpan.FromSeconds(2), StartTimeout = TimeSpan.FromSeconds(2),
    };

    [Fact]
    public async Task With_certificates_on_both_sides_it_works_and_else_it_is_said()
    {
        using var client = Signed(authority, "fairlead", "1.3.6.1.5.5.7.3.2");
        await using (var store = await EtcdStore.OpenAsync(Options(authority, client) with { RequestTimeout = TimeSpan.FromSeconds(20) }, None))
        {
            Assert.Equal(WriteOutcome.Done, (await store.WriteAsync(StoreWrite.Create("/r/a", StoreContract.Value("x")), None)).Outcome);
            Assert.Single((await store.RangeAsync("/r/", null, 0, 0, None)).Entries);
        }
        var wrongAuthority = await Assert.ThrowsAsync<StoreUnavailableException>(() => EtcdStore.OpenAsync(Options(stranger, client), None));
        Assert.Contains("can't be reached", wrongAuthority.Message);
        Assert.Contains("certificate", wrongAuthority.Message);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => EtcdStore.OpenAsync(Options(authority, null), None));
    }

    static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    static X509Certificate2 Signed(X509Certificate2 authority, string name, string usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        using var bare = request.Create(authority, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }
}
