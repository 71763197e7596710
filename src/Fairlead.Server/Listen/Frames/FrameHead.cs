using System.Buffers.Binary;

namespace Fairlead.Server.Listen.Frames;

/// <summary>What stands before each frame of HTTP/2 (RFC 9113 §4.1).</summary>
readonly record struct FrameHead(int Length, FrameType Type, byte Flags, int Stream)
{
    public const int Bytes = 9;

    public const byte EndStream = 0x1, Acknowledged = 0x1, EndHeaders = 0x4;

    public bool EndsStream => Type is FrameType.Reset || (Type is FrameType.Data or FrameType.Headers && (Flags & EndStream) != 0);

    public static FrameHead Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32BigEndian(bytes) >>> 8, (FrameType)bytes[3], bytes[4], BinaryPrimitives.ReadInt32BigEndian(bytes[5..]) & int.MaxValue);

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes, (Length << 8) | (byte)Type);
        bytes[4] = Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes[5..], Stream);
    }
}

/// <summary>RFC 9113 §6.</summary>
enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    WindowUpdate = 8,
    Continuation = 9,

    /// <summary>None that there is: whoever gets it passes over it (RFC 9113 §5.5).</summary>
    Unknown = 0xfa,
}
