using System.Buffers.Binary;

namespace Fairlead.Wire.Dns;

/// <summary>
/// Reads one message front to back: header, questions, records. Every method answers false for bytes that are no DNS,
/// and never throws; nothing is allocated.
/// </summary>
public ref struct DnsReader(ReadOnlySpan<byte> message)
{
    readonly ReadOnlySpan<byte> message = message;

    /// <summary>Offset of the next byte to be read.</summary>
    public int Position { get; private set; }

    public bool TryReadHeader(out DnsHeader header)
    {
        if (!DnsHeader.TryRead(message, out header)) return false;
        Position = DnsHeader.Size;
        return true;
    }

    public bool TryReadQuestion(out DnsQuestion question)
    {
        question = default;
        var start = Position;
        if (!DnsName.TrySkip(message, start, out var at) || at + 4 > message.Length) return false;
        question = new(start, (DnsType)UInt16(at), (DnsClass)UInt16(at + 2), at + 4);
        Position = at + 4;
        return true;
    }

    public bool TryReadRecord(out DnsRecord record)
    {
        record = default;
        var start = Position;
        if (!DnsName.TrySkip(message, start, out var at) || at + 10 > message.Length) return false;
        int length = UInt16(at + 8);
        var data = at + 10;
        if (data + length > message.Length) return false;
        record = new(start, (DnsType)UInt16(at), (DnsClass)UInt16(at + 2), at + 4,
            BinaryPrimitives.ReadUInt32BigEndian(message[(at + 4)..]), data, message.Slice(data, length));
        Position = data + length;
        return true;
    }

    /// <summary>The text of the name at an offset.</summary>
    /// <param name="text">At least <see cref="DnsName.MaxTextLength"/> characters.</param>
    public readonly bool TryReadName(int offset, Span<char> text, out int length) =>
        DnsName.TryExpand(message, offset, text, out length, out _);

    /// <summary>The name that the record's data is, or ends in: of CNAME, NS, PTR and SRV.</summary>
    /// <param name="text">At least <see cref="DnsName.MaxTextLength"/> characters.</param>
    public readonly bool TryReadTarget(in DnsRecord record, Span<char> text, out int length)
    {
        length = 0;
        int? skip = record.Type switch
        {
            DnsType.CNAME or DnsType.NS or DnsType.PTR => 0,
            DnsType.SRV => 6,
            _ => null,
        };
        return skip is { } before
            && DnsName.TryExpand(message, record.DataOffset + before, text, out length, out var end)
            && end == record.DataOffset + record.Data.Length;
    }

    /// <summary>Priority, weight and port of an SRV record (RFC 2782); its target is for <see cref="TryReadTarget"/>.</summary>
    public static bool TryReadService(in DnsRecord record, out ushort priority, out ushort weight, out ushort port)
    {
        priority = weight = port = 0;
        if (record.Type != DnsType.SRV || record.Data.Length < 7) return false;
        priority = BinaryPrimitives.ReadUInt16BigEndian(record.Data);
        weight = BinaryPrimitives.ReadUInt16BigEndian(record.Data[2..]);
        port = BinaryPrimitives.ReadUInt16BigEndian(record.Data[4..]);
        return true;
    }

    /// <summary>Serial, refresh, retry, expire and minimum of a SOA record (RFC 1035 §3.3.13); its two names are skipped.</summary>
    public readonly bool TryReadStart(in DnsRecord record, out DnsStartOfAuthority start)
    {
        start = default;
        var end = record.DataOffset + record.Data.Length;
        if (record.Type != DnsType.SOA
            || !DnsName.TrySkip(message, record.DataOffset, out var at)
            || !DnsName.TrySkip(message, at, out at)
            || at + 20 != end) return false;
        var numbers = message[at..];
        start = new(
            BinaryPrimitives.ReadUInt32BigEndian(numbers),
            BinaryPrimitives.ReadUInt32BigEndian(numbers[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(numbers[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(numbers[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(numbers[16..]));
        return true;
    }

    readonly ushort UInt16(int offset) => BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);
}
