using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Fairlead.Server.Listen.Frames;

namespace Fairlead.Server.Tests.Listen.Frames;

/// <summary>An HTTP/2 connection that says itself how much it lets the server send, and looks at every frame.</summary>
sealed class FrameClient : IAsyncDisposable
{
    const byte Ping = 6, GoAway = 7;
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(20), Silence = TimeSpan.FromMilliseconds(200);

    readonly TcpClient tcp;
    readonly SslStream tls;
    readonly string host;
    readonly Dictionary<int, MemoryStream> data = [];
    readonly HashSet<int> ended = [];
    Task reading = Task.CompletedTask;

    FrameClient(TcpClient tcp, SslStream tls, string host) => (this.tcp, this.tls, this.host) = (tcp, tls, host);

    /// <param name="streamWindow">SETTINGS_INITIAL_WINDOW_SIZE.</param>
    /// <param name="connectionGrant">Beyond what every connection begins with; 0: nothing.</param>
    public static async Task<FrameClient> ConnectAsync(TestServer server, int streamWindow, int connectionGrant)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Address.Host, server.Address.Port);
        var tls = new SslStream(tcp.GetStream(), false, (_, remote, _, _) => remote is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2] });
        var client = new FrameClient(tcp, tls, server.Address.Authority);
        await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await client.BeginWithAsync(streamWindow);
        if (connectionGrant > 0) await client.GrantAsync(0, connectionGrant);
        client.reading = client.ReadAsync();
        return client;
    }

    /// <summary>As the admin, for a path of fewer than 127 bytes.</summary>
    /// <param name="grant">To the stream, with the request.</param>
    public async Task AskAsync(int stream, string path, int grant = 0)
    {
        // HPACK: what has an index, and literals by their name's index (RFC 7541 appendix A).
        byte[] Literal(byte name, string value) => [.. name < 15 ? (byte[])[name] : [15, (byte)(name - 15)], (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
        byte[] fields = [0x82, 0x87, .. Literal(4, path), .. Literal(1, host), .. Literal(23, $"Bearer {TestServer.AdminToken}")];
        var head = Frame(FrameType.Headers, FrameHead.EndHeaders | FrameHead.EndStream, stream, fields);
        await tls.WriteAsync(grant > 0 ? [.. head, .. Frame(FrameType.WindowUpdate, 0, stream, Number(grant))] : head);
    }

    public async Task GrantAsync(int stream, int bytes) => await tls.WriteAsync(Frame(FrameType.WindowUpdate, 0, stream, Number(bytes)));

    public async Task BeginWithAsync(int streamWindow) => await tls.WriteAsync(Frame(FrameType.Settings, 0, 0, [0, 4, .. Number(streamWindow)]));

    public async Task ResetAsync(int stream) => await tls.WriteAsync(Frame(FrameType.Reset, 0, stream, Number(8)));

    public int Received(int stream)
    {
        lock (data) return data.TryGetValue(stream, out var some) ? (int)some.Length : 0;
    }

    public string Text(int stream)
    {
        lock (data) return Encoding.UTF8.GetString(data[stream].ToArray());
    }

    /// <summary>Waits for so many bytes on a stream; returns how many have come.</summary>
    public async Task<int> DataAsync(int stream, int bytes)
    {
        await UntilAsync(() => Received(stream) >= bytes, () => $"{Received(stream)} bytes of {bytes} on stream {stream}");
        return Received(stream);
    }

    /// <summary>Waits for the end of a stream.</summary>
    public Task EndAsync(int stream) => UntilAsync(() => { lock (data) return ended.Contains(stream); }, () => $"stream {stream} has no end after {Received(stream)} bytes");

    public async Task NothingFollowsAsync(int stream)
    {
        var before = Received(stream);
        await Task.Delay(Silence);
        Assert.Equal(before, Received(stream));
    }

    async Task UntilAsync(Func<bool> holds, Func<string> otherwise)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!holds())
        {
            if (reading.IsCompleted) await reading;
            Assert.False(limit.IsCancellationRequested, otherwise());
            await Task.Delay(5, CancellationToken.None);
        }
    }

    async Task ReadAsync()
    {
        var bytes = new byte[FrameHead.Bytes];
        while (true)
        {
            await tls.ReadExactlyAsync(bytes);
            var head = FrameHead.Read(bytes);
            var payload = new byte[head.Length];
            await tls.ReadExactlyAsync(payload);
            switch (head.Type)
            {
                case FrameType.Data:
                    lock (data)
                    {
                        if (!data.TryGetValue(head.Stream, out var some)) data[head.Stream] = some = new();
                        some.Write(payload);
                    }
                    break;
                case FrameType.Headers when payload[0] != 0x88: // the index of ":status: 200"
                    throw new InvalidOperationException($"stream {head.Stream} was refused");
                case FrameType.Settings when (head.Flags & FrameHead.Acknowledged) == 0:
                    await tls.WriteAsync(Frame(FrameType.Settings, FrameHead.Acknowledged, 0, []));
                    break;
                case FrameType.Reset or (FrameType)GoAway:
                    throw new InvalidOperationException($"frame {head.Type} on stream {head.Stream}, code {BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(^4..))}");
                case (FrameType)Ping when (head.Flags & FrameHead.Acknowledged) == 0:
                    await tls.WriteAsync(Frame(head.Type, FrameHead.Acknowledged, 0, payload));
                    break;
            }
            if (!head.EndsStream) continue;
            lock (data) ended.Add(head.Stream);
        }
    }

    static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    static byte[] Frame(FrameType type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[FrameHead.Bytes + payload.Length];
        new FrameHead(payload.Length, type, flags, stream).Write(frame);
        payload.CopyTo(frame, FrameHead.Bytes);
        return frame;
    }

    public async ValueTask DisposeAsync()
    {
        await tls.DisposeAsync();
        tcp.Dispose();
        try { await reading; }
        catch (Exception e) when (e is IOException or ObjectDisposedException or EndOfStreamException) { }
    }
}
