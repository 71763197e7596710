using System.Buffers.Binary;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Conntrack;

/// <summary>
/// One flow as the kernel told of it, read where it lies: no copy is made, so it lives no longer than the message. Addresses
/// are 4 or 16 bytes in network order, and empty where the kernel did not say. linux/netfilter/nfnetlink_conntrack.h has the
/// attributes.
/// </summary>
public readonly ref struct FlowEntry
{
    const ushort TupleOriginal = 1, TupleReply = 2, ProtocolInfo = 4, MarkAttribute = 8, IdAttribute = 12, TupleIp = 1, TupleProtocol = 2;
    const ushort InfoTcp = 1, InfoSctp = 3, InfoState = 1;

    // enum tcp_conntrack from TIME_WAIT on, and SCTP_CONNTRACK_CLOSED: nobody sends any more.
    const byte TcpTimeWait = 7, SctpClosed = 1;

    readonly FlowTuple sent, answered;
    readonly ReadOnlySpan<byte> state;

    FlowEntry(byte family, ReadOnlySpan<byte> original, FlowTuple sent, FlowTuple answered, ReadOnlySpan<byte> id, ReadOnlySpan<byte> state, uint mark)
    {
        Family = family;
        this.sent = sent;
        this.answered = answered;
        this.state = state;
        Original = original;
        Id = id;
        Mark = mark;
    }

    /// <summary>AF_INET (2) or AF_INET6 (10).</summary>
    public byte Family { get; }

    /// <summary>The IP protocol.</summary>
    public byte Protocol => sent.Protocol;

    /// <summary>Who sent it.</summary>
    public ReadOnlySpan<byte> Source => sent.Source;

    public int SourcePort => sent.SourcePort;

    /// <summary>Where the sender sent it.</summary>
    public ReadOnlySpan<byte> Destination => sent.Destination;

    public int DestinationPort => sent.DestinationPort;

    /// <summary>Who answers: after DNAT the endpoint.</summary>
    public ReadOnlySpan<byte> ReplySource => answered.Source;

    public int ReplySourcePort => answered.SourcePort;

    /// <summary>Whom the answer is for: the sender, or after masquerading an address of this node.</summary>
    public ReadOnlySpan<byte> ReplyDestination => answered.Destination;

    public int ReplyDestinationPort => answered.DestinationPort;

    /// <summary>The mark that a rule put on it, or 0.</summary>
    public uint Mark { get; }

    /// <summary>Whether somebody else answers than the one it was sent to.</summary>
    public bool IsTranslated => DestinationPort != ReplySourcePort || !Destination.SequenceEqual(ReplySource);

    /// <summary>Whether it is a TCP connection or an SCTP association in a state in which something may be sent.</summary>
    public bool IsOpen
    {
        get
        {
            var protocols = new AttributeReader(state);
            while (protocols.TryRead(out var protocol, out var info))
            {
                if (protocol == InfoTcp) return StateOf(info) is > 0 and < TcpTimeWait;
                if (protocol == InfoSctp) return StateOf(info) > SctpClosed;
            }
            return false;
        }
    }

    /// <summary>The value of CTA_TUPLE_ORIG, by which the kernel finds the flow.</summary>
    internal ReadOnlySpan<byte> Original { get; }

    /// <summary>The value of CTA_ID, which tells it from another that has come in its place.</summary>
    internal ReadOnlySpan<byte> Id { get; }

    /// <summary>Reads the payload of an IPCTNL_MSG_CT_NEW; false if it does not say between whom the flow is.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> payload, out FlowEntry entry)
    {
        entry = default;
        if (payload.Length < 4) return false;
        ReadOnlySpan<byte> original = default, reply = default, id = default, state = default;
        var mark = 0u;
        var attributes = new AttributeReader(payload[4..]);
        while (attributes.TryRead(out var type, out var value))
        {
            if (type == TupleOriginal) original = value;
            else if (type == TupleReply) reply = value;
            else if (type == ProtocolInfo) state = value;
            else if (type == IdAttribute) id = value;
            else if (type == MarkAttribute && value.Length == 4) mark = BinaryPrimitives.ReadUInt32BigEndian(value);
        }
        var sent = FlowTuple.Read(original);
        var answered = FlowTuple.Read(reply);
        if (sent.Destination.IsEmpty || answered.Source.IsEmpty) return false;
        entry = new(payload[0], original, sent, answered, id, state, mark);
        return true;
    }

    /// <summary>A copy that may be kept.</summary>
    public Flow ToFlow() => new(Protocol, Destination.ToArray(), DestinationPort, ReplySource.ToArray(), ReplySourcePort)
    {
        Source = Source.ToArray(),
        SourcePort = SourcePort,
        ReplyDestination = ReplyDestination.ToArray(),
        ReplyDestinationPort = ReplyDestinationPort,
        Mark = Mark,
    };

    static byte StateOf(ReadOnlySpan<byte> info)
    {
        var fields = new AttributeReader(info);
        while (fields.TryRead(out var field, out var value))
        {
            if (field == InfoState && value.Length == 1) return value[0];
        }
        return 0;
    }

    /// <summary>One direction of a flow.</summary>
    ref struct FlowTuple
    {
        public byte Protocol;
        public ReadOnlySpan<byte> Source, Destination;
        public int SourcePort, DestinationPort;

        public static FlowTuple Read(ReadOnlySpan<byte> nest)
        {
            var tuple = default(FlowTuple);
            var parts = new AttributeReader(nest);
            while (parts.TryRead(out var part, out var inner))
            {
                var fields = new AttributeReader(inner);
                while (fields.TryRead(out var field, out var value))
                {
                    if (part == TupleIp) tuple.TakeAddress(field, value);
                    else if (part == TupleProtocol) tuple.TakeProtocol(field, value);
                }
            }
            return tuple;
        }

        // CTA_IP_V4_SRC, V4_DST, V6_SRC, V6_DST.
        void TakeAddress(ushort field, ReadOnlySpan<byte> value)
        {
            if (value.Length is not (4 or 16)) return;
            if (field is 1 or 3) Source = value;
            else if (field is 2 or 4) Destination = value;
        }

        // CTA_PROTO_NUM, SRC_PORT, DST_PORT.
        void TakeProtocol(ushort field, ReadOnlySpan<byte> value)
        {
            if (field == 1 && value.Length == 1) Protocol = value[0];
            else if (field == 2 && value.Length == 2) SourcePort = BinaryPrimitives.ReadUInt16BigEndian(value);
            else if (field == 3 && value.Length == 2) DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(value);
        }
    }
}
