using System.Security.Cryptography.X509Certificates;
using Fairlead.Cli.Certificates;

namespace Fairlead.Cli.Tests;

public class CertificateTests
{
    [Fact]
    public void Certificates_are_made_once_signed_by_the_CA_and_private()
    {
        var path = Directory.CreateTempSubdirectory("flc-").FullName + "/certificates";
        try
        {
            var folder = new CertificateFolder(path);
            using var server = folder.Server("apiserver", ["kubernetes.default", "10.89.0.1"]);
            using var admin = folder.Client("admin", "kubernetes-admin", "system:masters");

            Assert.True(server.MatchesHostname("kubernetes.default") && server.MatchesHostname("10.89.0.1"));
            Assert.False(server.MatchesHostname("10.89.0.2"));
            Assert.Contains("O=system:masters", admin.Subject);
            Assert.All([server, admin], certificate => Assert.True(IsFrom(folder.Authority, certificate) && certificate.HasPrivateKey));
            Assert.Equal(server.Thumbprint, new CertificateFolder(path).Server("apiserver", []).Thumbprint);
            Assert.All(["ca", "apiserver", "admin"], name =>
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.KeyFile(name))));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    static bool IsFrom(X509Certificate2 authority, X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
