using System.Globalization;
using System.Text;
using Fairlead.Wire.Dns;

namespace Fairlead.Wire.Tests.Dns;

/// <summary>A whole message as comparable values, for tests; names in it are text.</summary>
sealed record Decoded(DnsHeader Header, IReadOnlyList<string> Questions, IReadOnlyList<DecodedRecord> Records)
{
    /// <summary>The message, or null if any part of it is malformed.</summary>
    public static Decoded? Of(ReadOnlySpan<byte> message)
    {
        var reader = new DnsReader(message);
        if (!reader.TryReadHeader(out var header)) return null;
        Span<char> text = stackalloc char[DnsName.MaxTextLength];
        var questions = new List<string>();
        for (var i = 0; i < header.Questions; i++)
        {
            if (!reader.TryReadQuestion(out var question) || !reader.TryReadName(question.NameOffset, text, out var length)) return null;
            questions.Add(string.Create(CultureInfo.InvariantCulture, $"{text[..length]} {(ushort)question.Class} {(ushort)question.Type}"));
        }
        var records = new List<DecodedRecord>();
        for (var i = 0; i < header.Records; i++)
        {
            if (!reader.TryReadRecord(out var record) || DecodedRecord.Of(reader, record, text) is not { } decoded) return null;
            records.Add(decoded);
        }
        return new(header, questions, records);
    }

    /// <summary>Writes the same message; null if it does not fit.</summary>
    public byte[]? Encode()
    {
        var buffer = new byte[ushort.MaxValue];
        var writer = new DnsWriter(buffer);
        foreach (var question in Questions)
        {
            var words = question.Split(' ');
            if (!writer.TryWriteQuestion(words[0], (DnsType)ushort.Parse(words[2]), (DnsClass)ushort.Parse(words[1]))) return null;
        }
        for (var i = 0; i < Records.Count; i++)
        {
            writer.Section = i < Header.Answers ? DnsSection.Answer
                : i < Header.Answers + Header.Authorities ? DnsSection.Authority : DnsSection.Additional;
            if (!Records[i].Write(ref writer)) return null;
        }
        return buffer[..writer.Finish(Header.Id, Header.Flags, Header.Opcode, Header.Rcode)];
    }

    public override string ToString() =>
        new StringBuilder().Append(Header).AppendLine().AppendJoin('\n', Questions).AppendLine().AppendJoin('\n', Records).ToString();
}

/// <param name="Target">The name in the data; null where the type has none.</param>
/// <param name="Data">What else the data holds, in hexadecimal.</param>
sealed record DecodedRecord(string Name, DnsType Type, DnsClass Class, uint Ttl, string? Target, string Data)
{
    public static DecodedRecord? Of(in DnsReader reader, in DnsRecord record, Span<char> text)
    {
        if (!reader.TryReadName(record.NameOffset, text, out var length)) return null;
        var name = text[..length].ToString();
        string? target = null;
        var data = record.Data;
        if (record.Type is DnsType.CNAME or DnsType.NS or DnsType.PTR or DnsType.SRV && record.Class == DnsClass.IN)
        {
            if (!reader.TryReadTarget(record, text, out length)) return null;
            target = text[..length].ToString();
            data = record.Type == DnsType.SRV ? data[..6] : default;
        }
        return new(name, record.Type, record.Class, record.Ttl, target, Convert.ToHexStringLower(data));
    }

    public bool Write(ref DnsWriter writer)
    {
        var data = Convert.FromHexString(Data);
        return (Type, Target) switch
        {
            (DnsType.SRV, { } target) => writer.TryWriteService(Name, Ttl,
                (ushort)(data[0] << 8 | data[1]), (ushort)(data[2] << 8 | data[3]), (ushort)(data[4] << 8 | data[5]), target),
            (_, { } target) => writer.TryWriteTarget(Name, Type, Ttl, target),
            _ => writer.TryWriteRecord(Name, Type, Class, Ttl, data),
        };
    }
}
