using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Server.Relaying;

/// <summary>
/// Connections to nodes, or to Pods and Services. The server shows its own certificate; the other side's is checked if an
/// authority is given (--kubelet-certificate-authority), which Pods' never is, as upstream.
/// </summary>
public sealed class NodeConnections
{
    static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    /// <param name="certificate">Shown to the other side; null: none.</param>
    /// <param name="authorities">Of one of these the other side's certificate must be, for the address that it is reached at; null: any will do.</param>
    public NodeConnections(X509Certificate2? certificate, X509Certificate2Collection? authorities)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectWithin,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            SslOptions = Tls(certificate, authorities),
        };
        Http = new(handler);
    }

    /// <summary>For any request, however long its answer; an upgraded one keeps its connection to itself.</summary>
    public HttpMessageInvoker Http { get; }

    static SslClientAuthenticationOptions Tls(X509Certificate2? certificate, X509Certificate2Collection? authorities) => new()
    {
        CertificateChainPolicy = authorities is null ? null : Trust(authorities),
        ClientCertificates = certificate is null ? [] : [certificate],
        LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
        RemoteCertificateValidationCallback = authorities is null ? (_, remote, _, _) => remote is not null : null,
    };

    static X509ChainPolicy Trust(X509Certificate2Collection authorities)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        trust.CustomTrustStore.AddRange(authorities);
        return trust;
    }
}
