using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fairlead.Api.Certificates;

/// <summary>Reads what stands in the fields request and certificate of a CertificateSigningRequest (RFC 2986, RFC 7468).</summary>
public static class SigningRequestContent
{
    const string RequestLabel = "CERTIFICATE REQUEST";
    const string CertificateLabel = "CERTIFICATE";

    /// <summary>The request, whose signature was checked. Its extensions hold what it asks for, and are to be believed no further.</summary>
    /// <param name="base64">The field's value: PEM in base64.</param>
    /// <exception cref="FormatException">It is no request, or its signature is wrong; the message says what.</exception>
    public static CertificateRequest Read(string base64)
    {
        var pem = Pem(base64);
        if (!PemEncoding.TryFind(pem, out var block) || pem[block.Label] != RequestLabel) throw new FormatException($"PEM block type must be {RequestLabel}");
        try
        {
            return CertificateRequest.LoadSigningRequest(
                Convert.FromBase64String(pem[block.Base64Data]), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions, RSASignaturePadding.Pkcs1);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or NotSupportedException or ArgumentException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>What is wrong with the certificates; null if nothing is.</summary>
    /// <param name="base64">The field's value: PEM in base64; empty for none.</param>
    public static string? WrongCertificate(string base64)
    {
        if (base64.Length == 0) return null;
        ReadOnlySpan<char> rest = Pem(base64);
        var count = 0;
        while (PemEncoding.TryFind(rest, out var block))
        {
            if (!rest[block.Label].SequenceEqual(CertificateLabel)) return $"only CERTIFICATE PEM blocks are allowed, found \"{rest[block.Label]}\"";
            try
            {
                using var read = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(rest[block.Base64Data].ToString()));
            }
            catch (Exception e) when (e is CryptographicException or FormatException)
            {
                return e.Message;
            }
            count++;
            rest = rest[block.Location.End..];
        }
        return count == 0 ? "must contain at least one CERTIFICATE PEM block" : null;
    }

    static string Pem(string base64)
    {
        try { return Encoding.ASCII.GetString(Convert.FromBase64String(base64)); }
        catch (FormatException) { return ""; } // the schema says so
    }
}
