using System.Buffers.Binary;

namespace Fairlead.Wire.Netlink;

/// <summary>One received netlink message: its header fields and the bytes after the header.</summary>
public readonly ref struct NetlinkMessage(ushort type, ushort flags, uint sequence, ReadOnlySpan<byte> payload)
{
    /// <summary>NLMSG_ERROR: an acknowledgement or an error.</summary>
    public const ushort Error = 2;

    /// <summary>NLMSG_DONE: the end of a dump.</summary>
    public const ushort Done = 3;

    public ushort Type { get; } = type;
    public ushort Flags { get; } = flags;
    public uint Sequence { get; } = sequence;
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Of an Error message: 0 for an acknowledgement, else the errno.</summary>
    public int Errno => Payload.Length >= 4 ? -BinaryPrimitives.ReadInt32LittleEndian(Payload) : 0;
}

/// <summary>Walks the messages of one received datagram. Stops at the first that is cut short.</summary>
public ref struct NetlinkReader(ReadOnlySpan<byte> datagram)
{
    ReadOnlySpan<byte> rest = datagram;

    /// <summary>Takes the next message; false at the end.</summary>
    public bool TryRead(out NetlinkMessage message)
    {
        message = default;
        if (rest.Length < 16) return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (length < 16 || length > (uint)rest.Length) return false;
        message = new(
            BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(rest[6..]),
            BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]),
            rest[16..(int)length]);
        rest = rest[Math.Min(rest.Length, ((int)length + 3) & ~3)..];
        return true;
    }
}

/// <summary>Walks the attributes (struct nlattr) of a message or nest.</summary>
public ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    ReadOnlySpan<byte> rest = attributes;

    /// <summary>Takes the next attribute: its type without flags, and its value; false at the end.</summary>
    public bool TryRead(out ushort type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (rest.Length < 4) return false;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (length < 4 || length > rest.Length) return false;
        type = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) & 0x3fff);
        value = rest[4..length];
        rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        return true;
    }
}
