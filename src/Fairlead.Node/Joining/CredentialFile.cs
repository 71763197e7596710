using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Node.Joining;

/// <summary>Files of a joined machine that nobody else may read (mode 0600).</summary>
static class CredentialFile
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

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

    /// <summary>Writes the file whole or not at all.</summary>
    public static void Write(string path, string text)
    {
        File.Delete(path + ".part");
        using (var file = new FileStream(path + ".part", new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Owner }))
        using (var writer = new StreamWriter(file))
        {
            writer.Write(text + "\n");
            writer.Flush();
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".part", path, overwrite: true);
    }
}
