using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Client.Https;

namespace Fairlead.Client.Tests;

public sealed class KubeconfigFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("flc-kubeconfig").FullName;
    readonly string authority, certificate, key;

    public KubeconfigFileTests()
    {
        (authority, _) = Issue("CN=authority");
        (certificate, key) = Issue("CN=user");
        File.WriteAllText(Path.Combine(folder, "ca.crt"), authority);
        File.WriteAllText(Path.Combine(folder, "user.crt"), certificate);
        File.WriteAllText(Path.Combine(folder, "user.key"), key);
        File.WriteAllText(Path.Combine(folder, "token"), "from-a-file\n");
    }

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public void DataAndFilesAreTheSame()
    {
        var data = Read($"certificate-authority-data: {Base64(authority)}", $"client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(key)}");
        var files = Read("certificate-authority: ca.crt", $"client-certificate: user.crt, client-key: {folder}/user.key");

        foreach (var options in (HttpsTransportOptions[])[data, files])
        {
            Assert.Equal(new Uri("https://192.0.2.1:6443"), options.Server);
            Assert.Equal("CN=authority", options.Authority.Subject);
            Assert.Equal("CN=user", options.Certificate!.Subject);
            Assert.True(options.Certificate.HasPrivateKey);
            Assert.Null(options.Token);
        }
    }

    [Theory]
    [InlineData("token: abc", "abc")]
    [InlineData("tokenFile: token", "from-a-file")]
    public void TokensAreRead(string user, string token)
    {
        var options = Read("certificate-authority: ca.crt", user);

        Assert.Equal((token, null), (options.Token, options.Certificate));
    }

    [Theory]
    [InlineData("certificate-authority: ca.crt", "other", "PATH: the cluster has no server.")]
    [InlineData("", "lab", "PATH: the cluster has no certificate-authority-data.")]
    [InlineData("certificate-authority-data: '%%%'", "lab", "The kubeconfig PATH can't be read: The input is not a valid Base-64 string")]
    [InlineData("certificate-authority: none.crt", "lab", "The kubeconfig PATH can't be read: Could not find file")]
    public void WhatIsWrongIsSaid(string cluster, string context, string sentence)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(cluster, "token: abc", context));

        Assert.StartsWith(sentence.Replace("PATH", Path.Combine(folder, "config"), StringComparison.Ordinal), error.Message);
    }

    HttpsTransportOptions Read(string cluster, string user, string context = "lab")
    {
        var path = Path.Combine(folder, "config");
        File.WriteAllText(path, $"""
            apiVersion: v1
            kind: Config
            current-context: {context}
            contexts:
            - name: lab
              context:
                cluster: c
                user: u
            clusters:
            - name: wrong
              cluster:
                server: https://203.0.113.9
            - name: c
              cluster:
                server: https://192.0.2.1:6443
                {cluster}
            users:
            - name: u
              user:
                {user.Replace(", ", "\n    ", StringComparison.Ordinal)}
            """);
        return KubeconfigFile.Read(path);
    }

    static (string Certificate, string Key) Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
