using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Server.Relaying;

/// <summary>
/// Connections to nodes and Pods. The server shows its own certificate; the other side's is not checked, as upstream
/// without --kubelet-certificate-authority.
/// </summary>
public sealed class NodeConnections
{
    static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    public NodeConnections(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectWithin,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            SslOptions = Tls(certificate),
        };
        Http = new(handler);
    }

    /// <summary>For any request, however long its answer; an upgraded one keeps its connection to itself.</summary>
    public HttpMessageInvoker Http { get; }

    static SslClientAuthenticationOptions Tls(X509Certificate2? certificate) => new()
    {
        ClientCertificates = certificate is null ? [] : [certificate],
        LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
        RemoteCertificateValidationCallback = (_, remote, _, _) => remote is not null,
    };
}
