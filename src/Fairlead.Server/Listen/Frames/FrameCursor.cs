namespace Fairlead.Server.Listen.Frames;

/// <summary>Finds the heads of frames in bytes that come in pieces of any size.</summary>
sealed class FrameCursor
{
    readonly byte[] head = new byte[FrameHead.Bytes];
    int have, passing;
    bool inHeaders;

    /// <summary>Frames of another stream may stand here: no frame is under way, nor a block of header fields (RFC 9113 §4.3).</summary>
    public bool IsBetween => have == 0 && passing == 0 && !inHeaders;

    /// <summary>The next head, whose payload then is passed over; false if the bytes end before.</summary>
    public bool TryNext(ref ReadOnlySpan<byte> bytes, out FrameHead found)
    {
        var skipped = Math.Min(passing, bytes.Length);
        passing -= skipped;
        var part = Math.Min(FrameHead.Bytes - have, bytes.Length - skipped);
        bytes.Slice(skipped, part).CopyTo(head.AsSpan(have));
        bytes = bytes[(skipped + part)..];
        have += part;
        found = default;
        if (have < FrameHead.Bytes) return false;
        found = FrameHead.Read(head);
        (have, passing) = (0, found.Length);
        if (found.Type is FrameType.Headers or FrameType.Continuation) inHeaders = (found.Flags & FrameHead.EndHeaders) == 0;
        return true;
    }
}
