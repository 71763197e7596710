using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Bench;

/// <summary>A client's connection to the server after its handshake.</summary>
sealed class TlsConnection : IDisposable
{
    /// <summary>At most so many bytes are thrown away at once.</summary>
    const int Most = 1024 * 1024;

    readonly Socket socket;

    TlsConnection(Socket socket, SslStream stream) => (this.socket, Stream) = (socket, stream);

    public SslStream Stream { get; }

    /// <param name="certificate">Who the client is; null for the administrator.</param>
    public static async Task<TlsConnection> OpenAsync(ServerProcess server, SslApplicationProtocol protocol, X509Certificate2? certificate = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port));
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [protocol],
            ClientCertificates = [certificate ?? server.Client],
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { server.Authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        });
        return new(socket, stream);
    }

    /// <summary>
    /// Throws away, encrypted, what comes from now on, until the server ends the connection. With MSG_TRUNC the kernel does
    /// not even copy it (tcp(7)), so that the processors are the server's as if the client stood on another machine.
    /// </summary>
    public async Task DiscardAsync(Action<int> came)
    {
        var buffer = new byte[Most];
        while (await socket.ReceiveAsync(buffer, SocketFlags.Truncated) is var n and > 0) came(n);
    }

    public void Dispose() => Stream.Dispose();
}
