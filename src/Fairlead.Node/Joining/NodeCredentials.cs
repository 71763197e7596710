using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Errors;
using Fairlead.Client;
using Fairlead.Client.Https;

namespace Fairlead.Node.Joining;

/// <summary>
/// What a joined machine knows of its cluster, in one folder (mode 0700, files 0600): ca.crt, server, and client.pem with
/// the node's certificate and key. The certificate is renewed when 70 to 90 % of its time is over, as upstream's kubelet
/// does it; connections use the new one from then on, without a restart.
/// </summary>
public sealed class NodeCredentials : IDisposable
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    readonly string folder, node;
    readonly TimeProvider time;

    NodeCredentials(string folder, string node, DiscoveredCluster cluster, X509Certificate2 certificate, TimeProvider time)
    {
        (this.folder, this.node, this.time, Cluster) = (folder, node, time, cluster);
        Certificate = certificate;
        Transport = new(new(cluster.Server, cluster.Authority, certificate, null) { UserAgent = "kubelet" });
    }

    public DiscoveredCluster Cluster { get; }

    /// <summary>The API as the node.</summary>
    public HttpsTransport Transport { get; }

    /// <summary>The certificate in use.</summary>
    public X509Certificate2 Certificate { get; private set; }

    /// <summary>What an earlier join left; null if there is nothing, or it is of no use any more.</summary>
    public static NodeCredentials? Open(string folder, string node, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            var pem = File.ReadAllText(Path.Combine(folder, "client.pem"));
            var certificate = X509Certificate2.CreateFromPem(pem, pem);
            var cluster = new DiscoveredCluster(
                new Uri(File.ReadAllText(Path.Combine(folder, "server")).Trim()), X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(folder, "ca.crt"))));
            if (certificate.NotAfter > time.GetUtcNow() && certificate.GetNameInfo(X509NameType.SimpleName, false) == "system:node:" + node) return new(folder, node, cluster, certificate, time);
            certificate.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or CryptographicException or ArgumentException or UriFormatException) { return null; }
    }

    /// <summary>Joins: discovers the cluster, gets a certificate with the token, and keeps both.</summary>
    /// <exception cref="JoinException">It can't; the message says why.</exception>
    public static async Task<NodeCredentials> JoinAsync(
        string folder, string node, string address, string token, IReadOnlyList<string> hashes, int? seconds, TimeProvider time, Action<string> log, CancellationToken cancellation)
    {
        var cluster = await ClusterDiscovery.ReadAsync(address, token, hashes, time, log, cancellation).ConfigureAwait(false);
        log($"the cluster's server is {cluster.Server.GetLeftPart(UriPartial.Authority)}; asking for the certificate of node {node}");
        using var transport = new HttpsTransport(new(cluster.Server, cluster.Authority, null, token));
        X509Certificate2 certificate;
        try { certificate = await NodeCertificateRequest.GetAsync(new KubeClient(transport), node, seconds, cancellation).ConfigureAwait(false); }
        catch (Exception e) when (e is ApiException or HttpRequestException) { throw new JoinException($"{cluster.Server.Authority} does not take the request for a certificate: {e.Message.TrimEnd('.')}.", e); }
        Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        File.SetUnixFileMode(folder, Owner | UnixFileMode.UserExecute);
        CredentialFile.Write(Path.Combine(folder, "ca.crt"), cluster.Authority.ExportCertificatePem());
        CredentialFile.Write(Path.Combine(folder, "server"), cluster.Server.GetLeftPart(UriPartial.Authority));
        CredentialFile.Keep(Path.Combine(folder, "client.pem"), certificate);
        return new(folder, node, cluster, certificate, time);
    }

    /// <summary>Renews the certificate whenever it is time, until cancelled. Failures are tried again.</summary>
    public async Task RotateAsync(int? seconds, Action<string> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(log);
        var client = new KubeClient(Transport);
        while (true)
        {
            var wait = RenewalOf(Certificate, Random.Shared.NextDouble()) - time.GetUtcNow();
            if (wait > TimeSpan.Zero) await Task.Delay(wait < TimeSpan.FromDays(20) ? wait : TimeSpan.FromDays(20), time, cancellation).ConfigureAwait(false);
            if (wait > TimeSpan.FromDays(20)) continue;
            try
            {
                var next = await NodeCertificateRequest.GetAsync(client, node, seconds, cancellation).ConfigureAwait(false);
                CredentialFile.Keep(Path.Combine(folder, "client.pem"), next);
                Certificate = next;
                Transport.Renew(next);
                log($"the node's certificate was renewed: it is good until {next.NotAfter.ToUniversalTime():u}");
            }
            catch (Exception e) when (e is ApiException or HttpRequestException or IOException or JoinException)
            {
                log($"the node's certificate can't be renewed: {e.Message}");
                await Task.Delay(Retry, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>When a certificate is renewed.</summary>
    /// <param name="jitter">0 to 1, so that nodes of the same age do not all ask at once.</param>
    internal static DateTimeOffset RenewalOf(X509Certificate2 certificate, double jitter)
    {
        DateTimeOffset from = certificate.NotBefore;
        return from + (certificate.NotAfter - from) * (0.7 + 0.2 * jitter);
    }

    public void Dispose() => Transport.Dispose();
}
