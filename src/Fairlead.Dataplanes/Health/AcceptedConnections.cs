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
    // To be taken up, which Kestrel does at once.
    const int Waiting = 128;

    readonly Channel<(Socket Connection, HttpPort Port)> accepted = Channel.CreateBounded<(Socket, HttpPort)>(Waiting);
    readonly SocketConnectionContextFactory contexts = new(new(), NullLogger.Instance);

    /// <summary>Stands for all sockets.</summary>
    public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.None, 0);

    /// <summary>Hands a connection over, which is Kestrel's from then on; closed if it can't be.</summary>
    /// <param name="port">Where it was accepted; requests find it among their features.</param>
    /// <exception cref="ChannelClosedException">Kestrel has stopped.</exception>
    public async ValueTask AddAsync(Socket connection, HttpPort port, CancellationToken cancellation)
    {
        try
        {
            await accepted.Writer.WriteAsync((connection, port), cancellation).ConfigureAwait(false);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var (connection, port) = await accepted.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var context = contexts.Create(connection);
            context.Features.Set(port);
            return context;
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

    public ValueTask DisposeAsync()
    {
        accepted.Writer.TryComplete();
        while (accepted.Reader.TryRead(out var left)) left.Connection.Dispose();
        contexts.Dispose();
        return default;
    }
}
