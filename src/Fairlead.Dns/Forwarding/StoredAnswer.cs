using System.Buffers.Binary;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Forwarding;

/// <summary>Another server's answer, checked, without its OPT record, ready to be sent again with less time to live.</summary>
sealed class StoredAnswer
{
    /// <summary>The most seconds an answer is kept, whatever its records allow: as CoreDNS's configuration in clusters has it.</summary>
    public const uint LongestTtl = 30;

    readonly int[] ttlOffsets;

    StoredAnswer(byte[] message, DnsHeader header, int[] ttlOffsets, uint lifetime) =>
        (Message, Header, this.ttlOffsets, Lifetime) = (message, header, ttlOffsets, lifetime);

    public byte[] Message { get; }
    public DnsHeader Header { get; }

    /// <summary>Seconds that it may be kept; 0 for not at all.</summary>
    public uint Lifetime { get; }

    /// <summary>When it came, by the clock of whoever keeps it.</summary>
    public long StoredAt { get; set; }

    /// <summary>Takes in a response; null if it is malformed or answers another question.</summary>
    /// <param name="name">Name and type that were asked for.</param>
    public static StoredAnswer? Read(ReadOnlySpan<byte> message, ReadOnlySpan<char> name, DnsType type)
    {
        var reader = new DnsReader(message);
        Span<char> text = stackalloc char[DnsName.MaxTextLength];
        if (!reader.TryReadHeader(out var header) || !header.IsResponse || header.Questions != 1
            || !reader.TryReadQuestion(out var question) || question.Type != type || question.Class != DnsClass.IN
            || !DnsName.IsUncompressed(message[question.NameOffset..(question.End - 4)])
            || !reader.TryReadName(question.NameOffset, text, out var length) || !name.SequenceEqual(text[..length])) return null;

        var ttlOffsets = new List<int>();
        var (shortest, negative, end) = (LongestTtl, 0u, reader.Position);
        for (var i = 0; i < header.Records; i++)
        {
            if (!reader.TryReadRecord(out var record)) return null;
            // It is the last but for signatures of the transaction, which are not ours to pass on.
            if (record.Type == DnsType.OPT) break;
            end = reader.Position;
            ttlOffsets.Add(record.TtlOffset);
            shortest = Math.Min(shortest, record.Ttl);
            if (reader.TryReadStart(record, out var start)) negative = Math.Min(record.Ttl, start.Minimum);
        }
        var kept = ttlOffsets.Count;
        var additionals = kept - header.Answers - header.Authorities;
        if (additionals < 0) return null;
        header = header with { Additionals = (ushort)additionals };
        var isNegative = header.Rcode == DnsRcode.NXDomain || header.Answers == 0;
        var lifetime = header.Rcode is not (DnsRcode.NoError or DnsRcode.NXDomain) || header.IsTruncated || kept == 0 ? 0
            : isNegative ? Math.Min(shortest, negative) : shortest;
        return new(message[..end].ToArray(), header, [.. ttlOffsets], lifetime);
    }

    /// <summary>Copies the message with the times to live as they are after so many seconds. The header is the caller's to write.</summary>
    public void CopyTo(Span<byte> destination, uint age)
    {
        Message.CopyTo(destination);
        foreach (var offset in ttlOffsets)
        {
            var left = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(Message.AsSpan(offset)), LongestTtl);
            BinaryPrimitives.WriteUInt32BigEndian(destination[offset..], left > age ? left - age : 0);
        }
    }
}
