using System.Buffers.Binary;

namespace Fairlead.Wire.Dns;

/// <summary>The twelve bytes that begin each message (RFC 1035 §4.1.1).</summary>
/// <param name="Bits">The second word as it stands on the wire: flags, opcode and rcode.</param>
public readonly record struct DnsHeader(ushort Id, ushort Bits, ushort Questions, ushort Answers, ushort Authorities, ushort Additionals)
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 12;

    const ushort NumberBits = 0x780f;

    public DnsFlags Flags => (DnsFlags)(Bits & ~NumberBits);
    public DnsOpcode Opcode => (DnsOpcode)(Bits >> 11 & 0xf);

    /// <summary>The lower four bits of the response code; an OPT record may hold more.</summary>
    public DnsRcode Rcode => (DnsRcode)(Bits & 0xf);

    public bool IsResponse => (Bits & (ushort)DnsFlags.Response) != 0;
    public bool IsTruncated => (Bits & (ushort)DnsFlags.Truncated) != 0;

    /// <summary>The number of records in all three sections.</summary>
    public int Records => Answers + Authorities + Additionals;

    /// <summary>The second word from its parts; of the response code the lower four bits.</summary>
    public static ushort BitsOf(DnsFlags flags, DnsOpcode opcode, DnsRcode rcode) =>
        (ushort)((ushort)flags & ~NumberBits | ((ushort)opcode & 0xf) << 11 | (ushort)rcode & 0xf);

    /// <summary>Writes the header to the first twelve bytes.</summary>
    public void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message, Id);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Bits);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], Questions);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], Answers);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], Authorities);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], Additionals);
    }

    /// <summary>Reads the first twelve bytes; false if there are fewer.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out DnsHeader header)
    {
        header = default;
        if (message.Length < Size) return false;
        header = new(
            BinaryPrimitives.ReadUInt16BigEndian(message),
            BinaryPrimitives.ReadUInt16BigEndian(message[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[6..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[10..]));
        return true;
    }
}
