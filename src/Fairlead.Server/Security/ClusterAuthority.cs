using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Client.Https;

namespace Fairlead.Server.Security;

/// <summary>
/// The cluster's certificates in one folder (mode 0700, files 0600): the CA, what it signed, and the key that signs
/// service accounts' tokens. Made at the first start, reused afterwards, renewed when they come near their end. For one
/// process and one thread at a time.
/// </summary>
public sealed class ClusterAuthority : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A certificate with less than this left is made anew.</summary>
    static readonly TimeSpan RenewBefore = TimeSpan.FromDays(60);

    readonly string folder;
    readonly TimeProvider clock;

    ClusterAuthority(string folder, TimeProvider clock, string file, string commonName)
    {
        (this.folder, this.clock) = (folder, clock);
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        // The folder may have been made by another hand.
        File.SetUnixFileMode(folder, OwnerOnly | UnixFileMode.UserExecute);
        Certificate = Read(file) ?? Write(file, CertificateIssuer.Authority(commonName, clock.GetUtcNow()));
    }

    /// <summary>Opens the folder, making what is missing.</summary>
    /// <exception cref="IOException">The folder can't be used.</exception>
    /// <exception cref="CryptographicException">A file in it is not what this class wrote.</exception>
    public static ClusterAuthority Open(string folder, TimeProvider clock) => new(folder, clock, "ca", "kubernetes");

    /// <summary>
    /// The authority of the front proxy in the same folder, made if it is missing: one of its own, for whoever has its
    /// certificate is believed about users (Kubernetes documentation, Configure the Aggregation Layer).
    /// </summary>
    /// <exception cref="IOException">The folder can't be used.</exception>
    /// <exception cref="CryptographicException">A file in it is not what this class wrote.</exception>
    public static ClusterAuthority OpenFrontProxy(string folder, TimeProvider clock) => new(folder, clock, "front-proxy-ca", "front-proxy-ca");

    /// <summary>The CA with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The CA for others: no key.</summary>
    public string CertificatePem => Certificate.ExportCertificatePem();

    /// <summary>The certificate for the spec with its key: the one in the folder if it still serves, else a new one.</summary>
    public X509Certificate2 Issue(CertificateRequestSpec spec)
    {
        if (Read(spec.File) is { } kept)
        {
            if (Serves(kept, spec)) return kept;
            kept.Dispose();
        }
        return Write(spec.File, CertificateIssuer.Leaf(Certificate, spec, clock.GetUtcNow()));
    }

    /// <summary>The key that signs service accounts' tokens, made if there is none. The caller disposes it.</summary>
    public ECDsa TokenKey()
    {
        var path = Path.Combine(folder, "sa.key");
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(path)) key.ImportFromPem(File.ReadAllText(path));
        else WriteFile(path, key.ExportPkcs8PrivateKeyPem());
        return key;
    }

    public void Dispose() => Certificate.Dispose();

    bool Serves(X509Certificate2 certificate, CertificateRequestSpec spec)
    {
        var now = clock.GetUtcNow();
        if (certificate.NotAfter - now < RenewBefore && certificate.NotAfter < Certificate.NotAfter) return false;
        if (certificate.NotAfter < now || certificate.GetNameInfo(X509NameType.SimpleName, false) != spec.CommonName) return false;
        if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(Certificate.SubjectName.RawData)) return false;
        var issuer = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        var ours = Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().First().SubjectKeyIdentifierBytes;
        if (issuer is not { } id || !id.Span.SequenceEqual(ours.Span)) return false;
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var dns = names?.EnumerateDnsNames().ToHashSet(StringComparer.Ordinal) ?? [];
        var addresses = names?.EnumerateIPAddresses().ToHashSet() ?? [];
        return spec.DnsNames.All(dns.Contains) && spec.Addresses.All(addresses.Contains);
    }

    X509Certificate2? Read(string name)
    {
        var (certificate, key) = Files(name);
        return File.Exists(certificate) && File.Exists(key) ? X509Certificate2.CreateFromPemFile(certificate, key) : null;
    }

    X509Certificate2 Write(string name, X509Certificate2 made)
    {
        var (certificate, key) = Files(name);
        // The key last: a certificate without a key is made anew, so a crash between the two does no harm.
        File.Delete(key);
        WriteFile(certificate, made.ExportCertificatePem());
        using var secret = made.GetECDsaPrivateKey()!;
        WriteFile(key, secret.ExportPkcs8PrivateKeyPem());
        return made;
    }

    (string Certificate, string Key) Files(string name) => (Path.Combine(folder, name + ".crt"), Path.Combine(folder, name + ".key"));

    static void WriteFile(string path, string text) => SafeFile.Write(path, text + "\n");
}
