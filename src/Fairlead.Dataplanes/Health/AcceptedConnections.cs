using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fairlead.Dataplanes.Health;

/// <summary>
/// What Kestrel listens to: connections that others accepted, on any number of sockets, which come and go while it runs.
/// </summary>
sealed class AcceptedConnections : IConnectionListenerFactory, IConnectionListener
{
    // Those that wait to be taken up: Kestrel takes them at once.
    const int Waiting = 128;

    readonly Channel<ConnectionContext> accepted = Channel.CreateBounded<ConnectionContext>(Waiting);
    readonly SocketConnectionContextFactory contexts = new(new(), NullLogger.Instance);

    /// <summary>Stands for all sockets.</summary>
    public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.None, 0);

    /// <summary>Hands a connection over, which is Kestrel's from then on.</summary>
    /// <param name="port">Where it was accepted; requests find it among their features.</param>
    public ValueTask AddAsync(Socket connection, HttpPort port, CancellationToken cancellation)
    {
        var context = contexts.Create(connection);
        context.Features.Set(port);
        return accepted.Writer.WriteAsync(context, cancellation);
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await accepted.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        accepted.Writer.TryComplete();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        accepted.Writer.TryComplete();
        while (accepted.Reader.TryRead(out var left)) await left.DisposeAsync().ConfigureAwait(false);
        contexts.Dispose();
    }
}
