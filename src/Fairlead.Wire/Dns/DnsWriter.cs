using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Fairlead.Wire.Dns;

/// <summary>
/// Writes one message into the caller's buffer, with names compressed against those before them (RFC 1035 §4.1.4). A
/// method that answers false has written nothing: the record does not fit, or a name is none. Nothing is allocated.
/// </summary>
public ref struct DnsWriter
{
    readonly Span<byte> buffer;
    NameOffsets names;
    int nameCount, dataStart;
    ushort questions;
    SectionCounts records;

    /// <param name="buffer">At least <see cref="DnsHeader.Size"/> bytes; its length is the limit of the message.</param>
    public DnsWriter(Span<byte> buffer)
    {
        this.buffer = buffer;
        Length = DnsHeader.Size;
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>The section that records are added to; sections are written in order.</summary>
    public DnsSection Section { get; set; } = DnsSection.Answer;

    /// <summary>Writes the header with the counts of what was written, and gives the whole length.</summary>
    public readonly int Finish(ushort id, DnsFlags flags, DnsOpcode opcode, DnsRcode rcode)
    {
        new DnsHeader(id, DnsHeader.BitsOf(flags, opcode, rcode), questions, records[1], records[2], records[3]).Write(buffer);
        return Length;
    }

    public bool TryWriteQuestion(scoped ReadOnlySpan<char> name, DnsType type, DnsClass @class)
    {
        var start = Mark();
        if (!TryAppendName(name, true) || !TryAppend16((ushort)type) || !TryAppend16((ushort)@class)) return Undo(start);
        questions++;
        return true;
    }

    /// <summary>Copies a question from another message as it stands, letters' case included; its name must not be compressed.</summary>
    public bool TryCopyQuestion(scoped ReadOnlySpan<byte> question)
    {
        if (question.Length < 5 || !DnsName.IsUncompressed(question[..^4])) return false;
        var start = Length;
        if (!TryAppend(question)) return false;
        RememberLabels(start);
        questions++;
        return true;
    }

    /// <summary>Adds an A or AAAA record, by the address's length.</summary>
    public bool TryWriteAddress(scoped ReadOnlySpan<char> name, uint ttl, scoped ReadOnlySpan<byte> address) =>
        TryWriteRecord(name, address.Length == 4 ? DnsType.A : DnsType.AAAA, DnsClass.IN, ttl, address);

    /// <summary>Adds a CNAME, NS or PTR record.</summary>
    public bool TryWriteTarget(scoped ReadOnlySpan<char> name, DnsType type, uint ttl, scoped ReadOnlySpan<char> target)
    {
        var start = Mark();
        return TryBegin(name, type, DnsClass.IN, ttl) && TryAppendName(target, true) ? End(start) : Undo(start);
    }

    /// <summary>Adds an SRV record; its target is never compressed (RFC 2782).</summary>
    public bool TryWriteService(scoped ReadOnlySpan<char> name, uint ttl, ushort priority, ushort weight, ushort port, scoped ReadOnlySpan<char> target)
    {
        var start = Mark();
        return TryBegin(name, DnsType.SRV, DnsClass.IN, ttl)
            && TryAppend16(priority) && TryAppend16(weight) && TryAppend16(port) && TryAppendName(target, false) ? End(start) : Undo(start);
    }

    /// <summary>Adds a TXT record of one string, at most 255 ASCII characters.</summary>
    public bool TryWriteText(scoped ReadOnlySpan<char> name, uint ttl, scoped ReadOnlySpan<char> text)
    {
        if (text.Length > 255) return false;
        Span<byte> data = stackalloc byte[256];
        data[0] = (byte)text.Length;
        for (var i = 0; i < text.Length; i++) data[i + 1] = (byte)text[i];
        return TryWriteRecord(name, DnsType.TXT, DnsClass.IN, ttl, data[..(text.Length + 1)]);
    }

    /// <summary>Adds a SOA record.</summary>
    public bool TryWriteStart(scoped ReadOnlySpan<char> name, uint ttl, scoped ReadOnlySpan<char> server, scoped ReadOnlySpan<char> mailbox, DnsStartOfAuthority soa)
    {
        var start = Mark();
        return TryBegin(name, DnsType.SOA, DnsClass.IN, ttl) && TryAppendName(server, true) && TryAppendName(mailbox, true)
            && TryAppend32(soa.Serial) && TryAppend32(soa.Refresh) && TryAppend32(soa.Retry)
            && TryAppend32(soa.Expire) && TryAppend32(soa.Minimum) ? End(start) : Undo(start);
    }

    /// <summary>Adds the OPT record, which belongs in the additional section.</summary>
    public bool TryWriteEdns(DnsEdns edns) => TryWriteRecord("", DnsType.OPT, (DnsClass)edns.PayloadSize, edns.Ttl, default);

    /// <summary>Adds a record whose data is copied as it is.</summary>
    public bool TryWriteRecord(scoped ReadOnlySpan<char> name, DnsType type, DnsClass @class, uint ttl, scoped ReadOnlySpan<byte> data)
    {
        var start = Mark();
        return TryBegin(name, type, @class, ttl) && TryAppend(data) ? End(start) : Undo(start);
    }

    readonly (int Length, int Names) Mark() => (Length, nameCount);

    bool Undo((int Length, int Names) start)
    {
        (Length, nameCount) = start;
        return false;
    }

    bool TryBegin(scoped ReadOnlySpan<char> name, DnsType type, DnsClass @class, uint ttl)
    {
        if (!TryAppendName(name, true) || !TryAppend16((ushort)type) || !TryAppend16((ushort)@class)
            || !TryAppend32(ttl) || !TryAppend16(0)) return false;
        dataStart = Length;
        return true;
    }

    bool End((int Length, int Names) start)
    {
        if (Length - dataStart > ushort.MaxValue || records[(int)Section] == ushort.MaxValue) return Undo(start);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(dataStart - 2)..], (ushort)(Length - dataStart));
        records[(int)Section]++;
        return true;
    }

    bool TryAppendName(scoped ReadOnlySpan<char> text, bool compress)
    {
        Span<byte> wire = stackalloc byte[DnsName.MaxWireLength];
        if (!DnsName.TryEncode(text, wire, out var length)) return false;
        var start = Length;
        for (var at = 0; wire[at] != 0; at += wire[at] + 1)
        {
            if (!compress || FindName(wire[at..length]) is not { } known) continue;
            if (!TryAppend(wire[..at]) || !TryAppend16((ushort)(0xc000 | known))) return false;
            RememberLabels(start);
            return true;
        }
        if (!TryAppend(wire[..length])) return false;
        RememberLabels(start);
        return true;
    }

    // Remembers where the labels of a name just written begin. A pointer reaches 14 bits far.
    void RememberLabels(int offset)
    {
        while (buffer[offset] is > 0 and <= DnsName.MaxLabelLength && offset < 0x4000 && nameCount < NameOffsets.Capacity)
        {
            names[nameCount++] = (ushort)offset;
            offset += buffer[offset] + 1;
        }
    }

    readonly int? FindName(scoped ReadOnlySpan<byte> wire)
    {
        for (var i = 0; i < nameCount; i++)
        {
            if (Matches(names[i], wire)) return names[i];
        }
        return null;
    }

    readonly bool Matches(int offset, scoped ReadOnlySpan<byte> wire)
    {
        while (true)
        {
            int count = buffer[offset];
            if (count >= 0xc0)
            {
                offset = (count & 0x3f) << 8 | buffer[offset + 1];
                continue;
            }
            if (count != wire[0]) return false;
            if (count == 0) return true;
            if (!Ascii.EqualsIgnoreCase(buffer.Slice(offset + 1, count), wire.Slice(1, count))) return false;
            offset += count + 1;
            wire = wire[(count + 1)..];
        }
    }

    bool TryAppend(scoped ReadOnlySpan<byte> bytes)
    {
        if (!bytes.TryCopyTo(buffer[Length..])) return false;
        Length += bytes.Length;
        return true;
    }

    bool TryAppend16(ushort value)
    {
        if (!BinaryPrimitives.TryWriteUInt16BigEndian(buffer[Length..], value)) return false;
        Length += 2;
        return true;
    }

    bool TryAppend32(uint value)
    {
        if (!BinaryPrimitives.TryWriteUInt32BigEndian(buffer[Length..], value)) return false;
        Length += 4;
        return true;
    }

    // Offsets of labels that a later name may point to; names beyond the capacity are just not pointed to.
    [InlineArray(Capacity)]
    struct NameOffsets
    {
        public const int Capacity = 32;
        ushort first;
    }

    [InlineArray(4)]
    struct SectionCounts
    {
        ushort first;
    }
}
