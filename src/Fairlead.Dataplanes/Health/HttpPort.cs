using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Dataplanes.Health;

/// <summary>A socket that is listened on, and the site that answers there.</summary>
sealed class HttpPort : IDisposable
{
    const int Backlog = 128;

    // Out of descriptors, mostly.
    static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(100);

    readonly Socket socket;
    readonly AcceptedConnections connections;
    readonly CancellationTokenSource closed = new();
    volatile HttpSite site;

    HttpPort(Socket socket, HttpSite site, AcceptedConnections connections) => (this.socket, this.site, this.connections) = (socket, site, connections);

    /// <summary>Listens in the network namespace of the calling thread.</summary>
    /// <param name="at">A wildcard of either family means all addresses of both, as in kube-proxy.</param>
    /// <exception cref="SocketException">The port is taken, or the address is not the node's.</exception>
    public static HttpPort Open(IPEndPoint at, HttpSite site, AcceptedConnections connections)
    {
        var socket = Listen(at);
        var port = new HttpPort(socket, site, connections);
        _ = port.AcceptAsync(port.closed.Token);
        return port;
    }

    /// <summary>Answers by another site from now on, also on connections that are open.</summary>
    public void Use(HttpSite next) => site = next;

    /// <summary>Answers a request, or ends its connection if the port was closed since.</summary>
    public Task ServeAsync(HttpContext context)
    {
        if (!closed.IsCancellationRequested) return site.Serve(context);
        context.Abort();
        return Task.CompletedTask;
    }

    static Socket Listen(IPEndPoint at)
    {
        var everywhere = at.Address.Equals(IPAddress.Any) || at.Address.Equals(IPAddress.IPv6Any);
        if (!everywhere) return Listen(new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp), at);
        // A kernel without IPv6 has all addresses in the other family.
        return Socket.OSSupportsIPv6
            ? Listen(new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true }, new(IPAddress.IPv6Any, at.Port))
            : Listen(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), new(IPAddress.Any, at.Port));
    }

    static Socket Listen(Socket socket, IPEndPoint at)
    {
        try
        {
            socket.Bind(at);
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    async Task AcceptAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var connection = await socket.AcceptAsync(cancellation).ConfigureAwait(false);
                await connections.AddAsync(connection, this, cancellation).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                await Task.Delay(AfterFailure, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or System.Threading.Channels.ChannelClosedException)
            {
                return;
            }
        }
    }

    /// <summary>Listens no more; the port is free at once.</summary>
    public void Dispose()
    {
        closed.Cancel();
        socket.Dispose();
    }
}
