using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Fairlead.Server.Listen;

/// <summary>
/// The output of a connection in whole TLS records, which cost their sender and their reader the less the fewer they are.
/// HTTP/1.1 has one answer at a time, which is encrypted when it is flushed. On HTTP/2 many watches write small frames and
/// flush each: what they write while the last bytes are being encrypted and sent goes out together.
/// </summary>
static class RecordOutput
{
    static readonly RecordPool Records = new();
    static readonly StreamPipeWriterOptions Alone = new(Records, RecordPool.RecordBytes, leaveOpen: true);
    static readonly PipeOptions Shared = new(
        Records, minimumSegmentSize: RecordPool.RecordBytes, pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024, useSynchronizationContext: false);

    /// <summary>Middleware of a connection, after that of TLS.</summary>
    public static ConnectionDelegate Of(ConnectionDelegate next) => connection =>
    {
        // Whatever stands for the transport here, TLS puts back what it found.
        var tls = connection.Features.GetRequiredFeature<ISslStreamFeature>().SslStream;
        if (tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2) return GatherAsync(connection, tls, next);
        connection.Transport = new Halves(connection.Transport.Input, PipeWriter.Create(tls, Alone));
        return next(connection);
    };

    static async Task GatherAsync(ConnectionContext connection, SslStream tls, ConnectionDelegate next)
    {
        var output = new Pipe(Shared);
        connection.Transport = new Halves(connection.Transport.Input, output.Writer);
        var sending = SendAsync(output.Reader, tls);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            await output.Writer.CompleteAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
        }
    }

    static async Task SendAsync(PipeReader frames, SslStream tls)
    {
        Exception? failure = null;
        try
        {
            ReadResult read;
            do
            {
                read = await frames.ReadAsync().ConfigureAwait(false);
                foreach (var record in read.Buffer) await tls.WriteAsync(record).ConfigureAwait(false);
                frames.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);
        }
        catch (Exception e)
        {
            // Above all: the client is gone. Who writes next is told, and would wait for room for ever if it were not.
            failure = e;
        }
        await frames.CompleteAsync(failure).ConfigureAwait(false);
    }

    sealed record Halves(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
