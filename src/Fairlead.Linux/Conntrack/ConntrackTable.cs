using System.Buffers.Binary;
using Fairlead.Linux.Netlink;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Conntrack;

/// <summary>One flow that the kernel tracks. Addresses are 4 or 16 bytes in network order.</summary>
/// <param name="Destination">Where the sender sent it.</param>
/// <param name="ReplySource">Who answers: after DNAT the endpoint.</param>
public sealed record Flow(byte Protocol, byte[] Destination, int DestinationPort, byte[] ReplySource, int ReplySourcePort)
{
    /// <summary>Who sent it.</summary>
    public byte[] Source { get; init; } = [];

    public int SourcePort { get; init; }

    /// <summary>Whom the answer is for: the sender, or after masquerading an address of this node.</summary>
    public byte[] ReplyDestination { get; init; } = [];

    public int ReplyDestinationPort { get; init; }

    /// <summary>The mark that a rule put on it, or 0.</summary>
    public uint Mark { get; init; }
}

/// <summary>
/// The connection tracking table of the network namespace of the thread that made this. One caller at a time.
/// </summary>
public sealed class ConntrackTable : IDisposable
{
    const ushort Subsystem = 1 << 8, Get = Subsystem | 1, Delete = Subsystem | 2;
    const ushort TupleOriginal = 1, TupleReply = 2, TupleIp = 1, TupleProtocol = 2, MarkAttribute = 8;

    readonly NetlinkSocket socket = new(NetlinkSocket.Netfilter, 4 << 20);
    readonly NetlinkWriter writer = new();
    uint sequence;

    /// <summary>Deletes the flows of one address family that are chosen, and gives their number. Walks the whole table.</summary>
    /// <param name="family">AF_INET (2) or AF_INET6 (10).</param>
    /// <exception cref="LinuxException">The kernel refuses to list or delete.</exception>
    public int Remove(byte family, Func<Flow, bool> chosen)
    {
        var doomed = new List<byte[]>();
        Begin(Get, 0x301, family);
        writer.End();
        socket.Dump(writer, sequence, "list tracked connections", (_, payload) =>
        {
            if (Parse(payload, out var original) is { } flow && chosen(flow)) doomed.Add(original);
        });
        foreach (var original in doomed)
        {
            Begin(Delete, 0x5, family);
            writer.Bytes(TupleOriginal | NetlinkWriter.Nested, original);
            writer.End();
            try { socket.Request(writer, sequence, "delete a tracked connection"); }
            catch (LinuxException e) when (e.IsNotFound) { }
        }
        return doomed.Count;
    }

    /// <summary>The flows of one address family that are chosen. Walks the whole table.</summary>
    /// <param name="family">AF_INET (2) or AF_INET6 (10).</param>
    /// <exception cref="LinuxException">The kernel refuses to list.</exception>
    public IReadOnlyList<Flow> List(byte family, Func<Flow, bool> chosen)
    {
        var found = new List<Flow>();
        Begin(Get, 0x301, family);
        writer.End();
        socket.Dump(writer, sequence, "list tracked connections", (type, payload) =>
        {
            if (Parse(payload, out _) is { } flow && chosen(flow)) found.Add(flow);
        });
        return found;
    }

    void Begin(ushort type, ushort flags, byte family)
    {
        writer.Clear();
        writer.BeginMessage(type, flags, ++sequence);
        // struct nfgenmsg
        writer.Struct((uint)family);
    }

    internal static Flow? Parse(ReadOnlySpan<byte> payload, out byte[] original)
    {
        original = [];
        if (payload.Length < 4) return null;
        var (sent, answered, mark) = (default(Tuple), default(Tuple), 0u);
        var attributes = new AttributeReader(payload[4..]);
        while (attributes.TryRead(out var type, out var value))
        {
            if (type == TupleOriginal)
            {
                original = value.ToArray();
                sent = ParseTuple(value);
            }
            else if (type == TupleReply)
            {
                answered = ParseTuple(value);
            }
            else if (type == MarkAttribute && value.Length == 4)
            {
                mark = BinaryPrimitives.ReadUInt32BigEndian(value);
            }
        }
        return sent.Destination is null || answered.Source is null
            ? null
            : new(sent.Protocol, sent.Destination, sent.DestinationPort, answered.Source, answered.SourcePort)
            {
                Source = sent.Source ?? [], SourcePort = sent.SourcePort, ReplyDestination = answered.Destination ?? [], ReplyDestinationPort = answered.DestinationPort,
                Mark = mark,
            };
    }

    record struct Tuple(byte Protocol, byte[]? Source, int SourcePort, byte[]? Destination, int DestinationPort);

    static Tuple ParseTuple(ReadOnlySpan<byte> nest)
    {
        var tuple = default(Tuple);
        var parts = new AttributeReader(nest);
        while (parts.TryRead(out var part, out var inner))
        {
            var fields = new AttributeReader(inner);
            while (fields.TryRead(out var field, out var value))
            {
                // CTA_IP_V4_SRC, V4_DST, V6_SRC, V6_DST; CTA_PROTO_NUM, SRC_PORT, DST_PORT.
                if (part == TupleIp && field is (1 or 3)) tuple.Source = value.ToArray();
                else if (part == TupleIp && field is (2 or 4)) tuple.Destination = value.ToArray();
                else if (part == TupleProtocol && field == 1) tuple.Protocol = value[0];
                else if (part == TupleProtocol && field == 2 && value.Length == 2) tuple.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(value);
                else if (part == TupleProtocol && field == 3 && value.Length == 2) tuple.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(value);
            }
        }
        return tuple;
    }

    public void Dispose() => socket.Dispose();
}
