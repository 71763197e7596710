using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Conntrack;

/// <summary>Which flows the kernel is to tell of (CTA_FILTER, Linux 5.8): what is null or 0 is not asked for. Addresses are of the family that is walked.</summary>
/// <param name="Protocol">The IP protocol.</param>
public sealed record FlowFilter(byte Protocol)
{
    const byte IPv6 = 10;
    const ushort Filter = 25, FilterOriginal = 1, FilterReply = 2, TupleOriginal = 1, TupleReply = 2;
    const ushort TupleIp = 1, IPv4Source = 1, IPv4Destination = 2, TupleProtocol = 2, ProtocolNumber = 1, SourcePort = 2, DestinationPortAttribute = 3;

    // CTA_FILTER_F_CTA_IP_SRC, IP_DST, PROTO_NUM, PROTO_SRC_PORT, PROTO_DST_PORT.
    const uint ByIpSource = 1 << 0, ByIpDestination = 1 << 1, ByProtocol = 1 << 3, BySourcePort = 1 << 4, ByDestinationPort = 1 << 5;

    /// <summary>Where the sender sent it.</summary>
    public byte[]? Destination { get; init; }

    public int DestinationPort { get; init; }

    /// <summary>Who answers.</summary>
    public byte[]? ReplySource { get; init; }

    public int ReplySourcePort { get; init; }

    /// <summary>Whether a flow is one of those asked for.</summary>
    public bool Matches(FlowEntry flow) =>
        flow.Protocol == Protocol
        && (Destination is null || flow.Destination.SequenceEqual(Destination))
        && (DestinationPort == 0 || flow.DestinationPort == DestinationPort)
        && (ReplySource is null || flow.ReplySource.SequenceEqual(ReplySource))
        && (ReplySourcePort == 0 || flow.ReplySourcePort == ReplySourcePort);

    /// <summary>
    /// What the kernel is asked for in its place. Linux 6.18, given an IPv6 address to filter by, tells of the flows that
    /// do not have it, so that addresses are left out. To go when no such kernel is in use.
    /// </summary>
    internal FlowFilter InKernel(byte family) => family == IPv6 ? this with { Destination = null, ReplySource = null } : this;

    internal void Write(NetlinkWriter writer)
    {
        var asksReply = ReplySource is not null || ReplySourcePort != 0;
        writer.BeginNest(Filter);
        writer.UInt32(FilterOriginal, ByProtocol | (Destination is null ? 0 : ByIpDestination) | (DestinationPort == 0 ? 0 : ByDestinationPort));
        if (asksReply) writer.UInt32(FilterReply, ByProtocol | (ReplySource is null ? 0 : ByIpSource) | (ReplySourcePort == 0 ? 0 : BySourcePort));
        writer.End();
        WriteTuple(writer, TupleOriginal, IPv4Destination, Destination, DestinationPortAttribute, DestinationPort);
        if (asksReply) WriteTuple(writer, TupleReply, IPv4Source, ReplySource, SourcePort, ReplySourcePort);
    }

    void WriteTuple(NetlinkWriter writer, ushort tuple, ushort addressType, byte[]? address, ushort portType, int port)
    {
        writer.BeginNest(tuple);
        if (address is not null)
        {
            writer.BeginNest(TupleIp);
            writer.Bytes(addressType, address);
            writer.End();
        }
        writer.BeginNest(TupleProtocol);
        writer.UInt8(ProtocolNumber, Protocol);
        if (port != 0) writer.UInt16BigEndian(portType, (ushort)port);
        writer.End();
        writer.End();
    }
}
