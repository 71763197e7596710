using System.IO.Pipelines;
using System.Net.Security;
using Fairlead.Server.Listen.Frames;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Fairlead.Server.Listen;

/// <summary>
/// The output of a connection in whole TLS records, which cost their sender and their reader the less the fewer they are.
/// HTTP/1.1 has one answer at a time, which is encrypted when it is flushed. On HTTP/2 many write and flush at once: what they
/// write while the last bytes are being encrypted and sent goes out together, straight to the socket.
/// </summary>
static class RecordOutput
{
    /// <summary>The largest TLS record (RFC 8446 §5.1).</summary>
    const int RecordBytes = 16 * 1024;

    /// <summary>What may wait to be encrypted; the more, the more of it is out of the caches by then.</summary>
    const int MostWaiting = 4 * RecordBytes;

    static readonly BlockPool Records = new(RecordBytes);
    static readonly TurnScheduler Turns = new();
    static readonly StreamPipeWriterOptions Alone = new(Records, RecordBytes, leaveOpen: true);
    static readonly PipeOptions Shared = new(Records, Turns, Turns, MostWaiting, MostWaiting / 2, RecordBytes, useSynchronizationContext: false);

    /// <summary>Middleware of a connection, after that of TLS.</summary>
    public static ConnectionDelegate Of(ConnectionDelegate next) => connection =>
    {
        // Whatever stands for the transport here, TLS puts back what it found.
        var tls = connection.Features.GetRequiredFeature<ISslStreamFeature>().SslStream;
        if (tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2) return GatherAsync(connection, tls, next);
        connection.Features.GetRequiredFeature<SocketOutput>().UseTransport();
        connection.Transport = new DuplexPipe(connection.Transport.Input, PipeWriter.Create(tls, Alone));
        return next(connection);
    };

    static async Task GatherAsync(ConnectionContext connection, SslStream tls, ConnectionDelegate next)
    {
        var frames = new Pipe(Shared);
        var output = new SharedOutput(frames.Reader, tls, connection.Features.GetRequiredFeature<SocketOutput>(), Records);
        connection.Features.Set(output);
        connection.Transport = new DuplexPipe(new ClientFrames(connection.Transport.Input, output), frames.Writer);
        var sending = output.RunAsync(Turns);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            await frames.Writer.CompleteAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
        }
    }
}
