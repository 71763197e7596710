using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Server.Relaying;

/// <summary>
/// One exec or attach: websocket messages that begin with a channel's number (v5.channel.k8s.io) to SPDY streams and
/// back. Channel 255 of the client ends the input of the channel that its next byte names.
/// </summary>
sealed class ChannelTranslation(WebSocket client, SpdyConnection backend, IQueryCollection query)
{
    const int Stdin = 0, Stdout = 1, Stderr = 2, Error = 3, Resize = 4, Close = 255;
    static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    readonly Dictionary<int, int> streamOf = [];
    readonly Dictionary<int, int> channelOf = [];

    /// <summary>Ends when the exit status has been passed on, or a side has gone.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var connection = backend;
        await OpenAsync(stop.Token).ConfigureAwait(false);
        var down = DownAsync(stop.Token);
        var up = UpAsync(stop.Token);
        // Input that the process does not take any more leaves its output and exit status to come.
        if (await Task.WhenAny(up, down).ConfigureAwait(false) == up && up.IsFaulted)
        {
            stop.CancelAfter(LastWords);
            await ((Task)down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (down.IsCompletedSuccessfully && client.State == WebSocketState.Open)
        {
            using var bound = new CancellationTokenSource(LastWords);
            await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", bound.Token).ConfigureAwait(false);
        }
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task OpenAsync(CancellationToken cancellation)
    {
        var tty = Has("tty");
        (int Channel, string Type, bool Wanted)[] streams =
        [
            (Error, "error", true), (Stdin, "stdin", Has("stdin")), (Stdout, "stdout", Has("stdout")),
            (Stderr, "stderr", Has("stderr") && !tty), (Resize, "resize", tty),
        ];
        foreach (var (channel, type, wanted) in streams)
        {
            if (!wanted) continue;
            var stream = await backend.OpenAsync("streamtype", type, cancellation).ConfigureAwait(false);
            streamOf[channel] = stream;
            channelOf[stream] = channel;
        }
    }

    async Task UpAsync(CancellationToken cancellation)
    {
        var buffer = new byte[32 * 1024];
        var channel = -1;
        while (true)
        {
            ValueWebSocketReceiveResult message;
            try { message = await client.ReceiveAsync(buffer.AsMemory(), cancellation).ConfigureAwait(false); }
            catch (WebSocketException) { return; } // gone without a word
            if (message.MessageType == WebSocketMessageType.Close) return;
            var data = buffer.AsMemory(0, message.Count);
            if (channel < 0 && data.Length > 0)
            {
                channel = data.Span[0];
                data = data[1..];
            }
            if (channel == Close && data.Length > 0) await SendAsync(data.Span[0], default, true, cancellation).ConfigureAwait(false);
            else if (channel != Close && data.Length > 0) await SendAsync(channel, data, false, cancellation).ConfigureAwait(false);
            if (message.EndOfMessage) channel = -1;
        }
    }

    Task SendAsync(int channel, ReadOnlyMemory<byte> data, bool last, CancellationToken cancellation) =>
        channel is Stdin or Resize && streamOf.TryGetValue(channel, out var stream) ? backend.SendAsync(stream, data, last, cancellation) : Task.CompletedTask;

    async Task DownAsync(CancellationToken cancellation)
    {
        var message = new byte[32 * 1024 + 1];
        while (await backend.ReceiveAsync(cancellation).ConfigureAwait(false) is { } received)
        {
            if (!channelOf.TryGetValue(received.Stream, out var channel)) continue;
            if (received.Data.Length > 0)
            {
                if (message.Length <= received.Data.Length) message = new byte[received.Data.Length + 1];
                message[0] = (byte)channel;
                received.Data.CopyTo(message.AsMemory(1));
                await client.SendAsync(message.AsMemory(0, received.Data.Length + 1), WebSocketMessageType.Binary, true, cancellation).ConfigureAwait(false);
            }
            // The exit status is the last that is said.
            if (received.Last && channel == Error) return;
        }
    }

    bool Has(string name) => query[name].FirstOrDefault() is "1" or "true";
}
