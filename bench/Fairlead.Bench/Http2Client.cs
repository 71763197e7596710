using System.Buffers.Binary;
using System.Net.Security;
using System.Text;

namespace Fairlead.Bench;

/// <summary>
/// One connection that asks for answers without end and reads them side by side, by as much of HTTP/2 (RFC 9113) and HPACK
/// (RFC 7541, literals only) as that takes.
/// </summary>
sealed class Http2Client : IDisposable
{
    const int HeadBytes = 9;
    const int LargestFrame = 16 * 1024;
    const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    const byte Acknowledged = 1, EndHeaders = 4, EndStream = 1;

    /// <summary>What the server may send unasked on a stream and on the connection, in bytes.</summary>
    const int Window = int.MaxValue;
    const int FirstWindow = 65_535;

    readonly SslStream stream;
    readonly byte[] buffer = new byte[8 * (HeadBytes + LargestFrame)];
    int asked;
    int unreturned;

    Http2Client(TlsConnection connection) => (Connection, stream) = (connection, connection.Stream);

    public TlsConnection Connection { get; }

    public static async Task<Http2Client> ConnectAsync(ServerProcess server)
    {
        var client = new Http2Client(await TlsConnection.OpenAsync(server, SslApplicationProtocol.Http2));
        var settings = new byte[6];
        settings[1] = 4; // SETTINGS_INITIAL_WINDOW_SIZE
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(2), Window);
        await client.stream.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, settings), .. Frame(WindowUpdate, 0, 0, Number(Window - FirstWindow))]);
        return client;
    }

    /// <summary>Asks for a path of fewer than 127 bytes; the answers are numbered in the order of the questions.</summary>
    public async Task AskAsync(string path)
    {
        byte[] block = [0x82, 0x87, 0x04, (byte)path.Length, .. Encoding.ASCII.GetBytes(path), 0x01, 9, .. "localhost"u8];
        await stream.WriteAsync(Frame(Headers, EndHeaders | EndStream, 2 * asked++ + 1, block));
    }

    /// <summary>Hands on what comes, with the number of its answer, until the connection ends.</summary>
    public async Task ReadAsync(Action<int, ReadOnlySpan<byte>> take)
    {
        var filled = 0;
        while (await stream.ReadAsync(buffer.AsMemory(filled)) is var n and > 0)
        {
            filled += n;
            var at = 0;
            while (filled - at >= HeadBytes && LengthAt(at) is var length && filled - at >= HeadBytes + length)
            {
                if (Answer(at, length, take) is { } answer) await stream.WriteAsync(answer);
                at += HeadBytes + length;
            }
            buffer.AsSpan(at, filled - at).CopyTo(buffer);
            filled -= at;
        }
    }

    public void Dispose() => Connection.Dispose();

    int LengthAt(int at) => BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at)) >>> 8;

    /// <summary>Takes the frame at this place; returns what is to be sent for it.</summary>
    byte[]? Answer(int at, int length, Action<int, ReadOnlySpan<byte>> take)
    {
        var (type, flags) = (buffer[at + 3], buffer[at + 4]);
        var number = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at + 5));
        var payload = buffer.AsSpan(at + HeadBytes, length);
        switch (type)
        {
            case Data:
                take(number / 2, payload);
                unreturned += length;
                if (unreturned < Window / 4) return null;
                (var returned, unreturned) = (unreturned, 0);
                return Frame(WindowUpdate, 0, 0, Number(returned));
            // The only indexed status is that of success.
            case Headers when payload[0] != 0x88: throw new IOException($"watch {number / 2} was refused");
            case Reset or GoAway: throw new IOException($"the server ended stream {number}, with frame {type}");
            case Settings when (flags & Acknowledged) == 0: return Frame(Settings, Acknowledged, 0, []);
            case Ping when (flags & Acknowledged) == 0: return Frame(Ping, Acknowledged, 0, payload);
            default: return null;
        }
    }

    static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    static byte[] Frame(byte type, byte flags, int streamNumber, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeadBytes + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamNumber);
        payload.CopyTo(frame.AsSpan(HeadBytes));
        return frame;
    }
}
