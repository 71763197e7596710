using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Certificates;

namespace Fairlead.Controllers.Certificates;

/// <summary>
/// Makes the certificate that a request asks for: its subject, its key and its alternative names, the usages of the
/// CertificateSigningRequest, and nothing else of what the request holds (RFC 5280). Keeps nothing.
/// </summary>
/// <param name="authority">The CA with its ECDSA key.</param>
public sealed class CertificateSigner(X509Certificate2 authority)
{
    static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5), Short = TimeSpan.FromHours(8);

    static readonly Dictionary<string, X509KeyUsageFlags> KeyUsages = new(StringComparer.Ordinal)
    {
        ["signing"] = X509KeyUsageFlags.DigitalSignature,
        ["digital signature"] = X509KeyUsageFlags.DigitalSignature,
        ["content commitment"] = X509KeyUsageFlags.NonRepudiation,
        ["key encipherment"] = X509KeyUsageFlags.KeyEncipherment,
        ["key agreement"] = X509KeyUsageFlags.KeyAgreement,
        ["data encipherment"] = X509KeyUsageFlags.DataEncipherment,
        ["cert sign"] = X509KeyUsageFlags.KeyCertSign,
        ["crl sign"] = X509KeyUsageFlags.CrlSign,
        ["encipher only"] = X509KeyUsageFlags.EncipherOnly,
        ["decipher only"] = X509KeyUsageFlags.DecipherOnly,
    };

    static readonly Dictionary<string, string> ExtendedUsages = new(StringComparer.Ordinal)
    {
        ["any"] = "2.5.29.37.0",
        ["server auth"] = "1.3.6.1.5.5.7.3.1",
        ["client auth"] = "1.3.6.1.5.5.7.3.2",
        ["code signing"] = "1.3.6.1.5.5.7.3.3",
        ["email protection"] = "1.3.6.1.5.5.7.3.4",
        ["s/mime"] = "1.3.6.1.5.5.7.3.4",
        ["ipsec end system"] = "1.3.6.1.5.5.7.3.5",
        ["ipsec tunnel"] = "1.3.6.1.5.5.7.3.6",
        ["ipsec user"] = "1.3.6.1.5.5.7.3.7",
        ["timestamping"] = "1.3.6.1.5.5.7.3.8",
        ["ocsp signing"] = "1.3.6.1.5.5.7.3.9",
        ["microsoft sgc"] = "1.3.6.1.4.1.311.10.3.3",
        ["netscape sgc"] = "2.16.840.1.113730.4.1",
    };

    /// <summary>The certificate in PEM.</summary>
    /// <param name="lifetime">How long it is to be good; it never outlives the authority.</param>
    /// <exception cref="CryptographicException">The authority has no ECDSA key, or has ended.</exception>
    public string Sign(CertificateRequest asked, IReadOnlyList<string> usages, TimeSpan lifetime, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(asked);
        using var key = authority.GetECDsaPrivateKey() ?? throw new CryptographicException("the cluster's CA has no ECDSA key here: certificates can't be signed");
        var request = new CertificateRequest(asked.SubjectName, asked.PublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var flags = usages.Aggregate(X509KeyUsageFlags.None, (sum, u) => sum | KeyUsages.GetValueOrDefault(u));
        if (flags != X509KeyUsageFlags.None) request.CertificateExtensions.Add(new X509KeyUsageExtension(flags, true));
        var extended = new OidCollection();
        foreach (var oid in usages.Select(ExtendedUsages.GetValueOrDefault).OfType<string>().Distinct()) extended.Add(new Oid(oid));
        if (extended.Count > 0) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(extended, false));
        if (authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any())
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (AlternativeNames.Of(asked) is { Count: > 0 } names) request.CertificateExtensions.Add(AlternativeNames.Extension(names, critical: asked.SubjectName.RawData.Length <= 2));
        var (start, end) = (now - Backdate, lifetime <= Short ? now + lifetime : now + lifetime - Backdate);
        if (end > authority.NotAfter) end = authority.NotAfter;
        // RFC 5280 §4.1.2.2: positive, unique, at most 20 bytes.
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using var certificate = request.Create(authority.SubjectName, X509SignatureGenerator.CreateForECDsa(key), start, end, serial);
        return certificate.ExportCertificatePem() + "\n";
    }
}
