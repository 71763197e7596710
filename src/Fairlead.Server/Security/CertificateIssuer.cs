using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Server.Security;

/// <summary>Makes X.509 certificates with ECDSA P-256 keys (RFC 5280). Keeps nothing.</summary>
static class CertificateIssuer
{
    public static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);
    public static readonly TimeSpan LeafLifetime = TimeSpan.FromDays(365);

    static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);
    static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1"), ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    /// <summary>A certificate that signs others, and its key.</summary>
    public static X509Certificate2 Authority(string commonName, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Name(commonName, null), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now - ClockSkew, now + AuthorityLifetime);
    }

    /// <summary>A certificate signed by the authority, and its key.</summary>
    public static X509Certificate2 Leaf(X509Certificate2 authority, CertificateRequestSpec spec, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Name(spec.CommonName, spec.Organization), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(Uses(spec.Use));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (spec.DnsNames.Count + spec.Addresses.Count > 0) request.CertificateExtensions.Add(Names(spec.DnsNames, spec.Addresses));
        var end = now + LeafLifetime;
        if (end > authority.NotAfter) end = authority.NotAfter;
        // RFC 5280 §4.1.2.2: positive, unique, at most 20 bytes.
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using var certificate = request.Create(authority, now - ClockSkew, end, serial);
        return certificate.CopyWithPrivateKey(key);
    }

    static X509EnhancedKeyUsageExtension Uses(CertificateUse use)
    {
        var uses = new OidCollection();
        if (use.HasFlag(CertificateUse.Server)) uses.Add(ServerAuthentication);
        if (use.HasFlag(CertificateUse.Client)) uses.Add(ClientAuthentication);
        return new(uses, false);
    }

    static X509Extension Names(IReadOnlyList<string> dns, IReadOnlyList<IPAddress> addresses)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in dns) names.AddDnsName(name);
        foreach (var address in addresses) names.AddIpAddress(address);
        return names.Build();
    }

    static X500DistinguishedName Name(string common, string? organization)
    {
        var name = new X500DistinguishedNameBuilder();
        if (organization is not null) name.AddOrganizationName(organization);
        name.AddCommonName(common);
        return name.Build();
    }
}
