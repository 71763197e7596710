using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Server.Listen;

/// <summary>
/// What TLS writes: to the socket as it lies, until <see cref="UseTransport"/>. Kestrel's transport would copy it and send
/// it later, which is the better for many connections with short answers and the worse for few with many watches. There is
/// no way back: the transport does not say when it has sent what it was given.
/// </summary>
sealed class SocketOutput(Socket socket, PipeWriter transport) : PipeWriter
{
    bool isStraight = true;

    /// <summary>Middleware of a connection, before that of TLS.</summary>
    public static ConnectionDelegate Of(ConnectionDelegate next) => connection =>
    {
        var output = new SocketOutput(connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket, connection.Transport.Output);
        connection.Features.Set(output);
        connection.Transport = new DuplexPipe(connection.Transport.Input, output);
        return next(connection);
    };

    public void UseTransport() => isStraight = false;

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        isStraight ? SendAsync(source, cancellationToken) : transport.WriteAsync(source, cancellationToken);

    // TLS writes whole records by the method above, and nothing by these.
    public override Memory<byte> GetMemory(int sizeHint = 0) => transport.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => transport.GetSpan(sizeHint);

    public override void Advance(int bytes) => transport.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => transport.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => transport.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => transport.Complete(exception);

    async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellation).ConfigureAwait(false)..];
        return default;
    }
}
