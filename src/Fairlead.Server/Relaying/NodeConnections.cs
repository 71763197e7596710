using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Server.Relaying;

/// <summary>
/// Connections to nodes and Pods. The server shows its own certificate; the other side's is not checked, as upstream
/// without --kubelet-certificate-authority.
/// </summary>
public sealed class NodeConnections
{
    static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    readonly X509Certificate2? certificate;

    public NodeConnections(X509Certificate2? certificate)
    {
        this.certificate = certificate;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectWithin,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            SslOptions = Tls(""),
        };
        Http = new(handler);
    }

    /// <summary>For requests that are answered with a body, however long.</summary>
    public HttpMessageInvoker Http { get; }

    /// <summary>A raw connection, for requests that upgrade.</summary>
    /// <exception cref="IOException">The target can't be reached.</exception>
    public async Task<Stream> ConnectAsync(Uri target, CancellationToken cancellation)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(ConnectWithin);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target.Host, target.Port, bound.Token).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (target.Scheme != "https") return stream;
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(Tls(target.Host), bound.Token).ConfigureAwait(false);
            return tls;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            socket.Dispose();
            throw new IOException($"can't reach {target.Host}:{target.Port}: {e.Message}", e);
        }
    }

    SslClientAuthenticationOptions Tls(string host) => new()
    {
        TargetHost = host,
        ClientCertificates = certificate is null ? [] : [certificate],
        LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
        RemoteCertificateValidationCallback = (_, remote, _, _) => remote is not null,
    };
}
