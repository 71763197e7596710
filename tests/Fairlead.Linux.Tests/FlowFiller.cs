using System.Buffers.Binary;
using Fairlead.Linux.Netlink;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Tests;

/// <summary>Puts flows into the connection tracking table of the namespace of the thread that made it.</summary>
sealed class FlowFiller : IDisposable
{
    const ushort New = 1 << 8, RequestCreateAcknowledge = 0x405, Timeout = 7, ProtocolInfo = 4;
    const int Batch = 1000;

    readonly NetlinkSocket socket = new(NetlinkSocket.Netfilter, 4 << 20);
    readonly NetlinkWriter writer = new();
    readonly List<int> refused = [];
    int waiting;

    /// <summary>Adds a flow between addresses made of numbers; it is sent with others.</summary>
    /// <param name="answers">Who answers, if it is another than the destination.</param>
    /// <param name="answerPort">From which port, if it is another.</param>
    public void Add(bool ipv6, byte protocol, uint from, uint to, ushort port, uint? answers = null, ushort? answerPort = null, uint mark = 0)
    {
        writer.BeginMessage(New, RequestCreateAcknowledge, 1);
        writer.Struct((uint)(ipv6 ? 10 : 2));
        Tuple(1, ipv6, protocol, (from, 40000), (to, port));
        Tuple(2, ipv6, protocol, (answers ?? to, answerPort ?? port), (from, 40000));
        writer.UInt32BigEndian(Timeout, 600);
        if (mark != 0) writer.UInt32BigEndian(8, mark);
        if (protocol == 132) Established();
        writer.End();
        if (++waiting == Batch) Send();
    }

    /// <summary>Sends what is left.</summary>
    /// <returns>How many the kernel refused.</returns>
    public int Finish()
    {
        Send();
        return refused.Count;
    }

    public static byte[] Address(bool ipv6, uint number)
    {
        var bytes = new byte[ipv6 ? 16 : 4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(^4..), number);
        if (ipv6) bytes[0] = 0xfd;
        return bytes;
    }

    void Tuple(ushort type, bool ipv6, byte protocol, (uint Address, ushort Port) source, (uint Address, ushort Port) destination)
    {
        writer.BeginNest(type);
        writer.BeginNest(1);
        writer.Bytes((ushort)(ipv6 ? 3 : 1), Address(ipv6, source.Address));
        writer.Bytes((ushort)(ipv6 ? 4 : 2), Address(ipv6, destination.Address));
        writer.End();
        writer.BeginNest(2);
        writer.UInt8(1, protocol);
        writer.UInt16BigEndian(2, source.Port);
        writer.UInt16BigEndian(3, destination.Port);
        writer.End();
        writer.End();
    }

    // CTA_PROTOINFO_SCTP: state, both verification tags.
    void Established()
    {
        writer.BeginNest(ProtocolInfo);
        writer.BeginNest(3);
        writer.UInt8(1, 4);
        writer.UInt32BigEndian(2, 1);
        writer.UInt32BigEndian(3, 2);
        writer.End();
        writer.End();
    }

    void Send()
    {
        if (waiting == 0) return;
        socket.RequestAll(writer.Written.Span, 1, waiting, errno => { if (errno != 0) refused.Add(errno); });
        writer.Clear();
        waiting = 0;
    }

    public void Dispose() => socket.Dispose();
}
