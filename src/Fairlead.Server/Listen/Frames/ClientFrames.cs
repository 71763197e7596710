using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace Fairlead.Server.Listen.Frames;

/// <summary>
/// What a client sends, on its way to Kestrel. What it grants to streams that are ours, and our part of what it grants to
/// the connection, Kestrel does not see: the frame loses its type, or its number is lowered, where it lies.
/// </summary>
sealed class ClientFrames(PipeReader input, SharedOutput output) : PipeReader
{
    const int PrefaceBytes = 24, TypeAt = 3, SettingBytes = 6;
    const ushort InitialWindowSize = 4;

    /// <summary>What Kestrel lets a frame hold. One that says it is larger ends the connection, and we look no further.</summary>
    const int LargestFrame = 16 * 1024;

    ReadOnlySequence<byte> buffer, shown;
    bool afterPreface, isWrong;
    // From the buffer's beginning: whole frames, which were looked at.
    long seen;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = Look(await input.ReadAsync(cancellationToken).ConfigureAwait(false));
            if (read.Buffer.Length > 0 || read.IsCompleted || read.IsCanceled) return read;
            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!input.TryRead(out result)) return false;
        result = Look(result);
        if (result.Buffer.Length > 0 || result.IsCompleted || result.IsCanceled) return true;
        input.AdvanceTo(buffer.Start, buffer.End);
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        seen -= buffer.Slice(0, consumed).Length;
        // Who has examined all that was shown has examined what was not.
        input.AdvanceTo(consumed, shown.Slice(examined).IsEmpty ? buffer.End : examined);
    }

    public override void CancelPendingRead() => input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => input.Complete(exception);

    ReadResult Look(ReadResult read)
    {
        buffer = read.Buffer;
        if (!afterPreface && buffer.Length >= PrefaceBytes) (afterPreface, seen) = (true, PrefaceBytes);
        Span<byte> bytes = stackalloc byte[FrameHead.Bytes];
        while (afterPreface && !isWrong && buffer.Length - seen >= FrameHead.Bytes)
        {
            buffer.Slice(seen, FrameHead.Bytes).CopyTo(bytes);
            var head = FrameHead.Read(bytes);
            isWrong = head.Length > LargestFrame;
            if (isWrong || buffer.Length - seen < FrameHead.Bytes + head.Length) break;
            Look(head, seen + FrameHead.Bytes);
            seen += FrameHead.Bytes + head.Length;
        }
        shown = read.IsCompleted || isWrong ? buffer : buffer.Slice(0, seen);
        return new(shown, read.IsCanceled, read.IsCompleted);
    }

    void Look(FrameHead head, long payload)
    {
        switch (head.Type)
        {
            case FrameType.Headers:
                output.ClientOpens(head.Stream);
                break;
            case FrameType.Reset:
                output.Close(head.Stream);
                break;
            case FrameType.Settings when (head.Flags & FrameHead.Acknowledged) == 0:
                for (var at = 0; at + SettingBytes <= head.Length; at += SettingBytes)
                {
                    if (Number(payload + at, 2) == InitialWindowSize && Number(payload + at + 2, 4) is var size and <= int.MaxValue) output.ClientBeginsWith((int)size);
                }
                break;
            // What is wrong with others Kestrel will say.
            case FrameType.WindowUpdate when head.Length == 4 && (int)(Number(payload, 4) & int.MaxValue) is var granted and > 0:
                var its = output.ClientGrants(head.Stream, granted);
                if (its == 0) Put(payload - FrameHead.Bytes + TypeAt, [(byte)FrameType.Unknown]);
                else if (its < granted) Put(payload, its);
                break;
        }
    }

    uint Number(long at, int bytes)
    {
        Span<byte> number = stackalloc byte[4];
        number.Clear();
        buffer.Slice(at, bytes).CopyTo(number[(4 - bytes)..]);
        return BinaryPrimitives.ReadUInt32BigEndian(number);
    }

    void Put(long at, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        Put(at, bytes);
    }

    void Put(long at, ReadOnlySpan<byte> bytes)
    {
        foreach (var piece in buffer.Slice(at, bytes.Length))
        {
            bytes[..piece.Length].CopyTo(MemoryMarshal.AsMemory(piece).Span);
            bytes = bytes[piece.Length..];
        }
    }
}
