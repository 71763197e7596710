using System.Net.WebSockets;

namespace Fairlead.Client.Streams;

/// <summary>
/// Two byte streams tied to each other: what comes out of one goes into the other. Neither closes half of itself (SPDY
/// and websocket say "no more input" inside the stream), so the end of one side is the end of both, once all that the
/// backend said has reached the client.
/// </summary>
public static class StreamPair
{
    const int BufferSize = 32 * 1024;

    // How long a backend that takes no more input may go on to say why, as an exit status.
    static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    /// <summary>Copies both ways until a side has ended. The streams are the caller's to dispose of afterwards.</summary>
    /// <exception cref="OperationCanceledException">The caller has cancelled.</exception>
    public static async Task CopyAsync(Stream client, Stream backend, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var up = PassOnAsync(client, backend, stop.Token);
        var down = PassOnAsync(backend, client, stop.Token);
        // A backend that refuses input, because its process has ended, still has output and the exit status to give.
        if (await Task.WhenAny(up, down).ConfigureAwait(false) == up && await up.ConfigureAwait(false) == End.Refused)
        {
            stop.CancelAfter(LastWords);
            await down.ConfigureAwait(false);
        }
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(up, down).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    static async Task<End> PassOnAsync(Stream from, Stream to, CancellationToken stop)
    {
        var buffer = new byte[BufferSize];
        while (true)
        {
            int read;
            try { read = await from.ReadAsync(buffer, stop).ConfigureAwait(false); }
            catch (Exception e) when (IsGone(e)) { read = 0; }
            if (read == 0) return End.Source;
            try
            {
                await to.WriteAsync(buffer.AsMemory(0, read), stop).ConfigureAwait(false);
                await to.FlushAsync(stop).ConfigureAwait(false);
            }
            catch (Exception e) when (IsGone(e)) { return End.Refused; }
        }
    }

    static bool IsGone(Exception e) => e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or WebSocketException;

    enum End { Source, Refused }
}
