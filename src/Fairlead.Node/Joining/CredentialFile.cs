using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Client.Https;

namespace Fairlead.Node.Joining;

/// <summary>Files of a joined machine that nobody else may read (mode 0600).</summary>
static class CredentialFile
{
    /// <summary>The certificate with its key; null if there is none that could be read.</summary>
    public static X509Certificate2? Read(string path)
    {
        try
        {
            var pem = File.ReadAllText(path);
            return X509Certificate2.CreateFromPem(pem, pem);
        }
        catch (Exception e) when (e is IOException or CryptographicException or ArgumentException) { return null; }
    }

    /// <summary>Keeps a certificate and its key.</summary>
    public static void Keep(string path, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        Write(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Writes the text and an end of line.</summary>
    public static void Write(string path, string text) => SafeFile.Write(path, text + "\n");
}
