using System.Net;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Tests;

/// <summary>A response as a client sees it; records as "name ttl TYPE data".</summary>
sealed record Answer(DnsHeader Header, DnsRcode Rcode, DnsEdns? Edns, string[] Answers, string[] Authorities, string[] Additionals, int Length)
{
    public bool Has(DnsFlags flag) => Header.Flags.HasFlag(flag);

    /// <summary>The data of the answers alone.</summary>
    public IEnumerable<string> Data => Answers.Select(a => a.Split(' ', 4)[3]);

    public static Answer Read(ReadOnlySpan<byte> message)
    {
        var reader = new DnsReader(message);
        Assert.True(reader.TryReadHeader(out var header), "no header");
        Assert.True(header.IsResponse);
        for (var i = 0; i < header.Questions; i++) Assert.True(reader.TryReadQuestion(out _), "no question");
        var sections = new[] { new List<string>(), [], [] };
        DnsEdns? edns = null;
        for (var i = 0; i < header.Records; i++)
        {
            Assert.True(reader.TryReadRecord(out var record), "a record is cut");
            if (record.Type == DnsType.OPT) edns = DnsEdns.Of(record);
            else sections[i < header.Answers ? 0 : i < header.Answers + header.Authorities ? 1 : 2].Add(Text(reader, record));
        }
        Assert.Equal(message.Length, reader.Position);
        var rcode = (DnsRcode)((int)header.Rcode | (edns?.ExtendedRcode ?? 0) << 4);
        return new(header, rcode, edns, [.. sections[0]], [.. sections[1]], [.. sections[2]], message.Length);
    }

    static string Text(in DnsReader reader, in DnsRecord record)
    {
        Span<char> text = stackalloc char[DnsName.MaxTextLength];
        Assert.True(reader.TryReadName(record.NameOffset, text, out var length));
        var head = $"{text[..length]} {record.Ttl} {record.Type} ";
        switch (record.Type)
        {
            case DnsType.A or DnsType.AAAA:
                return head + new IPAddress(record.Data);
            case DnsType.TXT:
                return head + System.Text.Encoding.ASCII.GetString(record.Data[1..]);
            case DnsType.SRV:
                Assert.True(DnsReader.TryReadService(record, out var priority, out var weight, out var port));
                Assert.True(reader.TryReadTarget(record, text, out length));
                return $"{head}{priority} {weight} {port} {text[..length]}";
            case DnsType.SOA:
                Assert.True(reader.TryReadStart(record, out var soa));
                return head + soa.Minimum;
            default:
                Assert.True(reader.TryReadTarget(record, text, out length));
                return head + text[..length].ToString();
        }
    }
}
