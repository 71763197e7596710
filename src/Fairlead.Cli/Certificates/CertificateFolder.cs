using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Cli.Certificates;

/// <summary>
/// The cluster's CA and what it signed, as PEM files NAME.crt and NAME.key (mode 0600) in one folder. What is missing
/// is made; what is there is kept, so that clients of before keep working.
/// </summary>
public sealed class CertificateFolder
{
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    readonly string folder;

    /// <summary>Opens the folder, making it (mode 0700) and the CA if they are not there.</summary>
    public CertificateFolder(string folder)
    {
        this.folder = folder;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Authority = Find("ca") ?? Make("ca", "CN=fairlead-ca", request =>
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        });
    }

    /// <summary>The CA, with its key.</summary>
    public X509Certificate2 Authority { get; }

    public string AuthorityPem => Authority.ExportCertificatePem();

    /// <summary>A certificate to serve TLS with.</summary>
    /// <param name="names">DNS names and IP addresses under which it is reached.</param>
    public X509Certificate2 Server(string name, IReadOnlyList<string> names) => Find(name) ?? Make(name, $"CN={name}", request =>
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var each in names)
        {
            if (IPAddress.TryParse(each, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(each);
        }
        request.CertificateExtensions.Add(alternatives.Build());
        Leaf(request, ServerAuthentication);
    });

    /// <summary>A certificate that shows who a client is.</summary>
    /// <param name="user">The API's user name.</param>
    /// <param name="group">The group that comes with it.</param>
    public X509Certificate2 Client(string name, string user, string group) =>
        Find(name) ?? Make(name, $"O={group}, CN={user}", request => Leaf(request, ClientAuthentication));

    static void Leaf(CertificateRequest request, string purpose)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(purpose)], false));
    }

    X509Certificate2? Find(string name) => File.Exists(KeyFile(name)) ? X509Certificate2.CreateFromPemFile(CertificateFile(name), KeyFile(name)) : null;

    X509Certificate2 Make(string name, string subject, Action<CertificateRequest> shape)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        shape(request);
        var from = DateTimeOffset.UtcNow.AddMinutes(-5);
        using var certificate = Authority is null
            ? request.CreateSelfSigned(from, from + Lifetime)
            : request.Create(Authority, from, Authority.NotAfter, RandomNumberGenerator.GetBytes(16)).CopyWithPrivateKey(key);
        File.WriteAllText(CertificateFile(name), certificate.ExportCertificatePem() + "\n");
        // The key last: it is what says that the pair is whole.
        PrivateFile.Write(KeyFile(name), key.ExportPkcs8PrivateKeyPem() + "\n");
        return Find(name)!;
    }

    public string CertificateFile(string name) => Path.Combine(folder, name + ".crt");

    public string KeyFile(string name) => Path.Combine(folder, name + ".key");
}
