using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Cli.Certificates;

/// <summary>
/// Looks at the cluster's files while the server runs and gives it what has changed: a serving certificate that is renewed
/// when it grows old, and the keys of service accounts' tokens. sa.key signs; every sa-*.key beside it still verifies, so
/// that a key is rotated by renaming the old one and putting a new one in its place.
/// </summary>
public sealed class CredentialReload(ClusterCredentials credentials, IPAddress? bound, string folder, Action<X509Certificate2> useCertificate, Action<IReadOnlyList<ECDsa>> useKeys, Action<string> log)
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(20);

    string shownCertificate = "";
    string shownKeys = "";

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(TimeProvider clock, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try { Look(); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                log($"the credentials in {folder} can't be read, what was read before is kept: {e.Message}");
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>Once. What was replaced is left to the collector, as requests may be using it.</summary>
    public void Look()
    {
        var certificate = credentials.ApiServer(bound);
        if (certificate.Thumbprint == shownCertificate) certificate.Dispose();
        else
        {
            useCertificate(certificate);
            shownCertificate = certificate.Thumbprint;
        }
        var files = Directory.EnumerateFiles(folder, "sa-*.key").Order(StringComparer.Ordinal).Prepend(Path.Combine(folder, "sa.key")).ToList();
        var texts = files.ConvertAll(File.ReadAllText);
        var all = string.Join('\n', texts);
        if (all == shownKeys) return;
        useKeys(texts.ConvertAll(Key));
        if (shownKeys.Length > 0) log($"tokens of service accounts are signed by the key in {files[0]}, and verified by {files.Count}");
        shownKeys = all;
    }

    static ECDsa Key(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key.KeySize == 256 ? key : throw new CryptographicException("a key of ECDSA P-256 is expected");
    }
}
