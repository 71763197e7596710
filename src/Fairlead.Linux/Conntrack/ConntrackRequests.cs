using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Conntrack;

/// <summary>Writes questions to the connection tracking table, each under a sequence number of its own.</summary>
sealed class ConntrackRequests
{
    const ushort Get = 1 << 8 | 1, Statistics = 1 << 8 | 5;
    const ushort TupleOriginal = 1;

    // NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP.
    const ushort Request = 0x1, Acknowledge = 0x4, Dump = 0x300;

    public NetlinkWriter Writer { get; } = new();

    /// <summary>That of the last request.</summary>
    public uint Sequence { get; private set; }

    /// <summary>Writes, alone, a request for all flows, or for those of a filter where the kernel has filters.</summary>
    public void List(byte family, FlowFilter? filter)
    {
        Writer.Clear();
        Begin(Get, Request | Dump, family);
        filter?.Write(Writer);
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

    /// <summary>Writes, alone, a request for the figures of the table.</summary>
    public void Count()
    {
        Writer.Clear();
        Begin(Statistics, Request | Acknowledge, 0);
        Writer.End();
    }

    void Begin(ushort type, ushort flags, byte family)
    {
        Writer.BeginMessage(type, flags, ++Sequence);
        // struct nfgenmsg
        Writer.Struct((uint)family);
    }
}
