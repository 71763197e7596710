using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Server.Relaying;

/// <summary>
/// The client's side of a SPDY/3.1 connection, as much of it as container runtimes speak: streams opened by the client,
/// data both ways, no flow control (their side counts no windows). One reader and one writer at a time.
/// </summary>
public sealed class SpdyConnection(Stream stream) : IDisposable
{
    const int HeadLength = 8;
    const int LargestFrame = 1 << 20;
    const byte Fin = 1;
    const int SynStream = 1, RstStream = 3, Ping = 6, GoAway = 7;

    readonly SemaphoreSlim writing = new(1, 1);
    byte[] payload = new byte[32 * 1024];
    int nextStream = 1;
    bool compressing;

    /// <summary>Opens a stream and returns its number.</summary>
    public async Task<int> OpenAsync(string headerName, string headerValue, CancellationToken cancellation)
    {
        var id = nextStream;
        nextStream += 2;
        var headers = Compressed(HeaderBlock(headerName, headerValue));
        var frame = new byte[HeadLength + 10 + headers.Length];
        Control(frame, SynStream, 10 + headers.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(HeadLength), id);
        headers.CopyTo(frame, HeadLength + 10);
        await WriteAsync(frame, cancellation).ConfigureAwait(false);
        return id;
    }

    /// <summary>Sends data of a stream.</summary>
    /// <param name="last">No more will come from this side.</param>
    public async Task SendAsync(int id, ReadOnlyMemory<byte> data, bool last, CancellationToken cancellation)
    {
        var frame = new byte[HeadLength + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, id);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), data.Length);
        frame[4] = last ? Fin : (byte)0;
        data.CopyTo(frame.AsMemory(HeadLength));
        await WriteAsync(frame, cancellation).ConfigureAwait(false);
    }

    /// <summary>The next data or end of a stream; null when the other side has gone. The data are valid until the next call.</summary>
    /// <exception cref="IOException">The connection broke, or what came is no SPDY.</exception>
    public async Task<SpdyData?> ReceiveAsync(CancellationToken cancellation)
    {
        var head = new byte[HeadLength];
        while (await stream.ReadAtLeastAsync(head, HeadLength, throwOnEndOfStream: false, cancellation).ConfigureAwait(false) == HeadLength)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) & 0xFFFFFF;
            if (length > LargestFrame) throw new IOException($"a SPDY frame of {length} bytes");
            if (length > payload.Length) payload = new byte[length];
            await stream.ReadExactlyAsync(payload.AsMemory(0, length), cancellation).ConfigureAwait(false);
            if (head[0] < 0x80) return new(BinaryPrimitives.ReadInt32BigEndian(head), payload.AsMemory(0, length), (head[4] & Fin) != 0);
            switch (head[3])
            {
                case RstStream when length >= 4: return new(BinaryPrimitives.ReadInt32BigEndian(payload), default, true);
                case Ping: await WriteAsync([.. head, .. payload.AsSpan(0, length)], cancellation).ConfigureAwait(false); break;
                case GoAway: return null;
            }
        }
        return null;
    }

    public void Dispose() => writing.Dispose();

    static void Control(Span<byte> frame, int type, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(frame, unchecked((int)0x80030000) | type);
        BinaryPrimitives.WriteInt32BigEndian(frame[4..], length);
    }

    /// <summary>SPDY/3 §2.6.10: the number of pairs, then each name and value with its length.</summary>
    static byte[] HeaderBlock(string name, string value)
    {
        var block = new byte[12 + name.Length + value.Length];
        BinaryPrimitives.WriteInt32BigEndian(block, 1);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(4), name.Length);
        Encoding.ASCII.GetBytes(name, block.AsSpan(8));
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(8 + name.Length), value.Length);
        Encoding.ASCII.GetBytes(value, block.AsSpan(12 + name.Length));
        return block;
    }

    /// <summary>
    /// The block as part of the connection's one zlib stream with SPDY's dictionary (RFC 1950 §2.2, named by its
    /// Adler-32), in stored blocks (RFC 1951 §3.2.4): that needs neither a compressor nor the dictionary. The empty
    /// block at the end makes the reader give out what it has.
    /// </summary>
    byte[] Compressed(byte[] block)
    {
        byte[] start = compressing ? [] : [0x78, 0xBB, 0xE3, 0xC6, 0xA7, 0xC2];
        compressing = true;
        var (low, high) = ((byte)block.Length, (byte)(block.Length >> 8));
        return [.. start, 0, low, high, (byte)~low, (byte)~high, .. block, 0, 0, 0, 0xFF, 0xFF];
    }

    async Task WriteAsync(byte[] frame, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await stream.WriteAsync(frame, cancellation).ConfigureAwait(false);
            await stream.FlushAsync(cancellation).ConfigureAwait(false);
        }
        finally { writing.Release(); }
    }
}

/// <summary>What a stream brought.</summary>
/// <param name="Last">The other side sends no more on this stream.</param>
public readonly record struct SpdyData(int Stream, ReadOnlyMemory<byte> Data, bool Last);
