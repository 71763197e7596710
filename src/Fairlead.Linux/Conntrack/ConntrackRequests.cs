using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Conntrack;

/// <summary>Writes questions to the connection tracking table, each under a sequence number of its own.</summary>
sealed class ConntrackRequests
{
    const ushort Get = 1 << 8 | 1;
    const ushort TupleOriginal = 1, Filter = 25, TupleProtocol = 2, ProtocolNumber = 1, FilterOriginal = 1;

    // NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP.
    const ushort Request = 0x1, Acknowledge = 0x4, Dump = 0x300;

    // CTA_FILTER_F_CTA_PROTO_NUM.
    const uint ByProtocol = 1 << 3;

    public NetlinkWriter Writer { get; } = new();

    /// <summary>That of the last request.</summary>
    public uint Sequence { get; private set; }

    /// <summary>Writes, alone, a request for all flows.</summary>
    /// <param name="protocol">What the kernel is to leave out all others of (CTA_FILTER, Linux 5.8; older ones do not), or null.</param>
    public void List(byte family, byte? protocol)
    {
        Writer.Clear();
        Begin(Get, Request | Dump, family);
        if (protocol is { } number)
        {
            Writer.BeginNest(Filter);
            Writer.UInt32(FilterOriginal, ByProtocol);
            Writer.End();
            Writer.BeginNest(TupleOriginal);
            Writer.BeginNest(TupleProtocol);
            Writer.UInt8(ProtocolNumber, number);
            Writer.End();
            Writer.End();
        }
        Writer.End();
    }

    /// <summary>Writes, alone, a request for the one flow of a tuple.</summary>
    public void Find(byte family, ReadOnlySpan<byte> original)
    {
        Writer.Clear();
        Begin(Get, Request | Acknowledge, family);
        Writer.Bytes(TupleOriginal | NetlinkWriter.Nested, original);
        Writer.End();
    }

    void Begin(ushort type, ushort flags, byte family)
    {
        Writer.BeginMessage(type, flags, ++Sequence);
        // struct nfgenmsg
        Writer.Struct((uint)family);
    }
}
