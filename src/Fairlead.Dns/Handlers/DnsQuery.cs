using System.Buffers.Binary;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Handlers;

/// <summary>What is to be done with a received message.</summary>
public enum QueryVerdict
{
    /// <summary>Nothing: it is no query.</summary>
    Drop,

    /// <summary>The response is already written: the query is malformed or asks for what no handler does.</summary>
    Answered,

    /// <summary>The handlers are asked.</summary>
    Ask,
}

/// <summary>
/// One query and the response to it, in buffers that are used again for the next. Owned by one loop or task at a time.
/// </summary>
public sealed class DnsQuery
{
    /// <summary>The longest query read; real ones are a tenth of it.</summary>
    public const int MaxQueryLength = 4096;

    /// <summary>The most bytes sent over UDP, whatever the client would take: more would be cut in fragments on the way.</summary>
    public const int MaxUdpPayload = 1232;

    const int SmallestUdpPayload = 512;

    readonly char[] text = new char[DnsName.MaxTextLength + 2];
    readonly byte[] response;
    readonly bool overTcp;
    int nameLength, limit;

    /// <param name="overTcp">Whether the response may be as long as a message can be, or has to fit the client's datagram.</param>
    public DnsQuery(bool overTcp)
    {
        this.overTcp = overTcp;
        response = new byte[overTcp ? ushort.MaxValue : MaxUdpPayload];
    }

    /// <summary>Where the message is received.</summary>
    public byte[] Buffer { get; } = new byte[MaxQueryLength];

    public DnsHeader Header { get; private set; }
    public DnsQuestion Question { get; private set; }

    /// <summary>What the client said of itself by EDNS; null if nothing.</summary>
    public DnsEdns? Edns { get; private set; }

    public DnsType Type => Question.Type;

    /// <summary>The name asked for: lower case, without the last dot.</summary>
    public ReadOnlySpan<char> Name => text.AsSpan(0, nameLength);

    /// <summary>The question as it was asked, letters' case included.</summary>
    public ReadOnlySpan<byte> QuestionBytes => Buffer.AsSpan(DnsHeader.Size, Question.End - DnsHeader.Size);

    /// <summary>Name, type and the flags that change an answer: what a cache knows the question by.</summary>
    public ReadOnlySpan<char> Key => text.AsSpan(0, nameLength + 2);

    /// <summary>How many aliases were followed to this question.</summary>
    public int Depth { get; private init; }

    /// <summary>The whole response, once there is one.</summary>
    public ReadOnlyMemory<byte> Response => response.AsMemory(0, ResponseLength);

    public int ResponseLength { get; private set; }

    /// <summary>The response's code, the part in the OPT record included.</summary>
    public DnsRcode Rcode { get; private set; }

    /// <summary>A question of the server's own, asked for the sake of another.</summary>
    public static DnsQuery Following(DnsQuery query, string target)
    {
        var inner = new DnsQuery(true) { Depth = query.Depth + 1 };
        var writer = new DnsWriter(inner.Buffer);
        var length = writer.TryWriteQuestion(target, query.Type, DnsClass.IN)
            ? writer.Finish(0, query.Header.Flags, DnsOpcode.Query, DnsRcode.NoError) : 0;
        inner.Read(length);
        return inner;
    }

    /// <summary>Takes in the message that stands in the first bytes of the buffer.</summary>
    public QueryVerdict Read(int length)
    {
        (ResponseLength, nameLength, Edns, Question, limit) = (0, 0, null, default, overTcp ? response.Length : SmallestUdpPayload);
        var reader = new DnsReader(Buffer.AsSpan(0, length));
        if (!reader.TryReadHeader(out var header) || header.IsResponse) return QueryVerdict.Drop;
        Header = header;
        if (header.Opcode != DnsOpcode.Query) return Refuse(DnsRcode.NotImp);
        if (header.Questions != 1 || !reader.TryReadQuestion(out var question)
            || !DnsName.IsUncompressed(Buffer.AsSpan(question.NameOffset..(question.End - 4)))
            || !reader.TryReadName(question.NameOffset, text, out nameLength)) return Refuse(DnsRcode.FormErr);
        Question = question;
        for (var i = 0; i < header.Records; i++)
        {
            if (!reader.TryReadRecord(out var record)) return Refuse(DnsRcode.FormErr);
            if (record.Type != DnsType.OPT) continue;
            if (Edns is not null || i < header.Answers + header.Authorities) return Refuse(DnsRcode.FormErr);
            Edns = DnsEdns.Of(record);
        }
        if (Edns is { } edns)
        {
            if (!overTcp) limit = Math.Clamp((int)edns.PayloadSize, SmallestUdpPayload, MaxUdpPayload);
            if (edns.Version != 0) return Refuse(DnsRcode.BadVers);
        }
        if (Type == DnsType.OPT) return Refuse(DnsRcode.FormErr);
        if (question.Class != DnsClass.IN || Type is DnsType.AXFR or DnsType.IXFR) return Refuse(DnsRcode.Refused);
        text[nameLength] = (char)Type;
        text[nameLength + 1] = (char)((Edns?.DnssecOk == true ? 1 : 0) | ((header.Flags & DnsFlags.CheckingDisabled) != 0 ? 2 : 0));
        return QueryVerdict.Ask;
    }

    /// <summary>Starts the response with the question; leaves room for what <see cref="End"/> adds.</summary>
    public DnsWriter Begin()
    {
        var writer = new DnsWriter(response.AsSpan(0, limit - (Edns is null ? 0 : DnsEdns.RecordSize)));
        if (Question.End > 0) writer.TryCopyQuestion(QuestionBytes);
        return writer;
    }

    /// <summary>Completes the response.</summary>
    /// <param name="flags">Beyond those that every response has.</param>
    public void End(ref DnsWriter writer, DnsFlags flags, DnsRcode rcode)
    {
        Rcode = rcode;
        ResponseLength = writer.Finish(Header.Id, ResponseFlags | flags, Header.Opcode, rcode);
        AddEdns();
    }

    /// <summary>Responds with a code alone.</summary>
    public void Respond(DnsRcode rcode)
    {
        var writer = Begin();
        End(ref writer, DnsFlags.None, rcode);
    }

    /// <summary>Responds with what another server answered to the same question.</summary>
    /// <param name="age">Seconds to take from the times to live.</param>
    internal void Relay(Forwarding.StoredAnswer answer, uint age)
    {
        if (answer.Message.Length > limit - (Edns is null ? 0 : DnsEdns.RecordSize))
        {
            var writer = Begin();
            End(ref writer, DnsFlags.Truncated, answer.Header.Rcode);
            return;
        }
        Rcode = answer.Header.Rcode;
        answer.CopyTo(response, age);
        var passed = DnsFlags.Truncated | (Edns?.DnssecOk == true ? DnsFlags.AuthenticData : DnsFlags.None);
        var flags = ResponseFlags | answer.Header.Flags & passed;
        (answer.Header with { Id = Header.Id, Bits = DnsHeader.BitsOf(flags, DnsOpcode.Query, Rcode) }).Write(response);
        QuestionBytes.CopyTo(response.AsSpan(DnsHeader.Size));
        ResponseLength = answer.Message.Length;
        AddEdns();
    }

    DnsFlags ResponseFlags => DnsFlags.Response | DnsFlags.RecursionAvailable
        | Header.Flags & (DnsFlags.RecursionDesired | DnsFlags.CheckingDisabled);

    QueryVerdict Refuse(DnsRcode rcode)
    {
        Respond(rcode);
        return QueryVerdict.Answered;
    }

    // The OPT record is the last, so a message can be completed without looking at the rest.
    void AddEdns()
    {
        if (Edns is not { } client) return;
        var at = response.AsSpan(ResponseLength);
        var own = new DnsEdns(MaxUdpPayload, (byte)((int)Rcode >> 4), 0, client.DnssecOk);
        at[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(at[1..], (ushort)DnsType.OPT);
        BinaryPrimitives.WriteUInt16BigEndian(at[3..], own.PayloadSize);
        BinaryPrimitives.WriteUInt32BigEndian(at[5..], own.Ttl);
        BinaryPrimitives.WriteUInt16BigEndian(at[9..], 0);
        ResponseLength += DnsEdns.RecordSize;
        var count = response.AsSpan(10);
        BinaryPrimitives.WriteUInt16BigEndian(count, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(count) + 1));
    }
}
