using Fairlead.Server.Listen.Frames;

namespace Fairlead.Server.Tests.Listen.Frames;

public sealed class FrameCursorTests
{
    static readonly FrameHead[] Heads =
    [
        new(6, FrameType.Settings, 0, 0), new(0, FrameType.Settings, FrameHead.Acknowledged, 0), new(5, FrameType.Headers, 0, 1),
        new(1, FrameType.Continuation, FrameHead.EndHeaders, 1), new(300, FrameType.Data, 0, 1), new(0, FrameType.Data, FrameHead.EndStream, 1),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(1000)]
    public void Heads_are_found_in_pieces_of_any_size(int pieceBytes)
    {
        var cursor = new FrameCursor();
        var found = new List<FrameHead>();
        foreach (var piece in Heads.SelectMany(Bytes).Chunk(pieceBytes))
        {
            ReadOnlySpan<byte> rest = piece;
            while (cursor.TryNext(ref rest, out var head)) found.Add(head);
            Assert.True(rest.IsEmpty);
        }
        Assert.Equal(Heads, found);
        Assert.True(cursor.IsBetween);
    }

    [Fact]
    public void Nothing_stands_within_a_frame_or_a_block_of_header_fields()
    {
        var cursor = new FrameCursor();
        var between = new List<bool>();
        foreach (var one in Heads.SelectMany(Bytes))
        {
            ReadOnlySpan<byte> rest = [one];
            cursor.TryNext(ref rest, out _);
            between.Add(cursor.IsBetween);
        }
        // Of the six frames the third is not the end of its block.
        int[] ends = [15, 24, 48, 357, 366];
        Assert.Equal(ends, between.Index().Where(b => b.Item).Select(b => b.Index + 1));
    }

    static byte[] Bytes(FrameHead head)
    {
        var frame = new byte[FrameHead.Bytes + head.Length];
        head.Write(frame);
        frame.AsSpan(FrameHead.Bytes).Fill(0xff);
        return frame;
    }
}
