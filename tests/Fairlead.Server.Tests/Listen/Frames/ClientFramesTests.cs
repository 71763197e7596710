using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using Fairlead.Server.Listen;
using Fairlead.Server.Listen.Frames;

namespace Fairlead.Server.Tests.Listen.Frames;

/// <summary>What Kestrel gets of what a client sends.</summary>
public sealed class ClientFramesTests
{
    static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    readonly Pipe client = new(), kestrel = new();
    readonly SharedOutput output;
    readonly ClientFrames frames;

    public ClientFramesTests()
    {
        // Nothing is sent here.
        output = new(kestrel.Reader, new SslStream(new MemoryStream()), null!, new BlockPool(16));
        frames = new(client.Reader, output);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(13)]
    [InlineData(1000)]
    public async Task Kestrel_sees_its_part_of_what_is_granted_in_pieces_of_any_size(int pieceBytes)
    {
        byte[] sent =
        [
            .. Preface, .. Frame(FrameType.Settings, 0, [0, 4, 0, 1, 0, 0]), .. Grant(0, 1_000_001), .. Frame(FrameType.Headers, 1, [0x82]),
            .. Grant(1, 5), .. Frame(FrameType.Data, 1, new byte[100]),
        ];
        byte[] expected =
        [
            .. Preface, .. Frame(FrameType.Settings, 0, [0, 4, 0, 1, 0, 0]), .. Grant(0, 500_001), .. Frame(FrameType.Headers, 1, [0x82]),
            .. Grant(1, 5), .. Frame(FrameType.Data, 1, new byte[100]),
        ];
        Assert.Equal(expected, await ThroughAsync(sent, pieceBytes));
        using var taken = output.Take(1);
        Assert.NotNull(taken);
        // To a stream that is ours nothing is granted that Kestrel sees; no frame is lost for it.
        Assert.Equal((byte[])[.. Frame(FrameType.Unknown, 1, [0, 0, 0, 7]), .. Grant(3, 7)], await ThroughAsync([.. Grant(1, 7), .. Grant(3, 7)], pieceBytes));
    }

    [Fact]
    public async Task What_is_wrong_comes_to_Kestrel_as_it_is()
    {
        byte[] sent =
        [
            .. Preface, .. Grant(0, 1_000_000), .. Frame(FrameType.Headers, 1, []), .. Grant(0, 0), .. Frame(FrameType.WindowUpdate, 1, [1, 2, 3]),
            .. Frame(FrameType.Settings, 0, [0, 4, 255, 255, 255, 255, 7]),
        ];
        Assert.Equal(sent[(Preface.Length + 13)..], (await ThroughAsync(sent, 1000))[(Preface.Length + 13)..]);
        // Larger than any frame may be: it is not waited for.
        var head = new byte[FrameHead.Bytes];
        new FrameHead(0xffffff, FrameType.Data, 0, 1).Write(head);
        Assert.Equal(head, await ThroughAsync(head, 1000));
        Assert.Equal(Grant(1, 9), await ThroughAsync(Grant(1, 9), 1000));
    }

    [Fact]
    public async Task What_a_client_leaves_half_said_comes_with_its_end()
    {
        byte[] half = [.. Preface, .. Grant(0, 9)[..12]];
        await client.Writer.WriteAsync(half);
        await client.Writer.CompleteAsync();
        var read = await frames.ReadAsync();
        Assert.Equal(half, read.Buffer.ToArray());
        Assert.True(read.IsCompleted);
    }

    /// <summary>Sends in pieces, and takes what is there after each, as Kestrel does.</summary>
    async Task<byte[]> ThroughAsync(byte[] sent, int pieceBytes)
    {
        var got = new List<byte>();
        foreach (var piece in sent.Chunk(pieceBytes))
        {
            await client.Writer.WriteAsync(piece);
            while (frames.TryRead(out var read))
            {
                got.AddRange(read.Buffer.ToArray());
                frames.AdvanceTo(read.Buffer.End);
            }
        }
        return [.. got];
    }

    static byte[] Grant(int stream, int bytes) => Frame(FrameType.WindowUpdate, stream, [(byte)(bytes >> 24), (byte)(bytes >> 16), (byte)(bytes >> 8), (byte)bytes]);

    static byte[] Frame(FrameType type, int stream, byte[] payload)
    {
        var frame = new byte[FrameHead.Bytes + payload.Length];
        new FrameHead(payload.Length, type, 0, stream).Write(frame);
        payload.CopyTo(frame, FrameHead.Bytes);
        return frame;
    }
}
