using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Cluster;

/// <summary>Copies the answer section of one message into another, whose names stand elsewhere.</summary>
static class AnswerCopy
{
    /// <summary>False if not all of it fits. Records of types that may hold names we do not know are left out.</summary>
    public static bool TryCopy(ReadOnlySpan<byte> message, ref DnsWriter writer)
    {
        var reader = new DnsReader(message);
        Span<char> name = stackalloc char[DnsName.MaxTextLength], target = stackalloc char[DnsName.MaxTextLength];
        if (!reader.TryReadHeader(out var header) || !reader.TryReadQuestion(out _)) return true;
        for (var i = 0; i < header.Answers; i++)
        {
            if (!reader.TryReadRecord(out var record) || !reader.TryReadName(record.NameOffset, name, out var length)) return true;
            var owner = name[..length];
            var fits = record.Type switch
            {
                DnsType.A or DnsType.AAAA or DnsType.TXT => writer.TryWriteRecord(owner, record.Type, record.Class, record.Ttl, record.Data),
                DnsType.CNAME or DnsType.NS or DnsType.PTR => !reader.TryReadTarget(record, target, out length)
                    || writer.TryWriteTarget(owner, record.Type, record.Ttl, target[..length]),
                DnsType.SRV => !DnsReader.TryReadService(record, out var priority, out var weight, out var port)
                    || !reader.TryReadTarget(record, target, out length)
                    || writer.TryWriteService(owner, record.Ttl, priority, weight, port, target[..length]),
                _ => true,
            };
            if (!fits) return false;
        }
        return true;
    }
}
