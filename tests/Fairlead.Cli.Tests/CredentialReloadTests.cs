using System.Security.Cryptography;
using Fairlead.Cli.Certificates;
using Fairlead.Cli.Cluster;

namespace Fairlead.Cli.Tests;

public sealed class CredentialReloadTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("reload");
    readonly ClusterLayout layout;
    readonly ClusterCredentials credentials;
    readonly List<string> certificates = [];
    readonly List<int> keys = [];
    readonly CredentialReload reload;

    public CredentialReloadTests()
    {
        layout = ClusterLayout.Of(new() { DataFolder = folder.FullName });
        credentials = new(layout);
        credentials.Prepare();
        reload = new(credentials, null, layout.CertificateFolder, c => certificates.Add(c.Thumbprint), k => keys.Add(k.Count), _ => { });
    }

    public void Dispose()
    {
        credentials.Dispose();
        folder.Delete(true);
    }

    [Fact]
    public void What_has_not_changed_is_not_given_again()
    {
        reload.Look();
        reload.Look();
        Assert.Single(certificates);
        Assert.Equal([1], keys);
    }

    [Fact]
    public void An_old_key_that_is_renamed_still_verifies_until_it_is_deleted()
    {
        reload.Look();
        var (current, old) = (Path.Combine(layout.CertificateFolder, "sa.key"), Path.Combine(layout.CertificateFolder, "sa-2026.key"));
        File.Move(current, old);
        Assert.ThrowsAny<IOException>(reload.Look);
        using (var next = ECDsa.Create(ECCurve.NamedCurves.nistP256)) File.WriteAllText(current, next.ExportPkcs8PrivateKeyPem());
        reload.Look();
        File.Delete(old);
        reload.Look();
        Assert.Equal([1, 2, 1], keys);
    }

    [Fact]
    public void A_certificate_that_is_gone_is_made_anew()
    {
        reload.Look();
        foreach (var file in Directory.EnumerateFiles(layout.CertificateFolder, "apiserver.*")) File.Delete(file);
        reload.Look();
        Assert.Equal(2, certificates.Distinct().Count());
    }
}
