using Fairlead.Linux.Netlink;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Conntrack;

/// <summary>
/// The TCP connections and SCTP associations that the kernel sent on to another destination when this was first asked, and
/// that are open still. As long as there are any, some rule must keep connection tracking and NAT at work in the namespace:
/// the kernel turns them off with the last rule that needs them, and every packet then goes where it says. Belongs to the
/// network namespace of the thread that made it. One caller at a time.
/// </summary>
public sealed class TranslatedConnections : IDisposable
{
    const ushort Get = 1 << 8 | 1, TupleOriginal = 1, ProtocolInfo = 4, InfoTcp = 1, InfoSctp = 3, InfoState = 1;
    const byte IPv4 = 2, IPv6 = 10;

    // enum tcp_conntrack from TIME_WAIT on, and SCTP_CONNTRACK_CLOSED: nobody sends any more.
    const byte TcpTimeWait = 7, SctpClosed = 1;

    readonly NetlinkSocket socket = new(NetlinkSocket.Netfilter, 4 << 20);
    readonly NetlinkWriter writer = new();
    Stack<(byte Family, byte[] Original)>? open;
    uint sequence;

    /// <summary>Walks the kernel's whole table the first time; later it looks up one connection after another, until one is open.</summary>
    /// <exception cref="LinuxException">The kernel refuses to tell.</exception>
    public bool AnyOpen()
    {
        open ??= new([.. List(IPv4), .. List(IPv6)]);
        while (open.TryPeek(out var connection))
        {
            if (IsOpen(connection.Family, connection.Original)) return true;
            open.Pop();
        }
        return false;
    }

    /// <summary>Begins anew: the next call finds those that are open then.</summary>
    public void Forget() => open = null;

    List<(byte, byte[])> List(byte family)
    {
        var found = new List<(byte, byte[])>();
        Begin(0x301, family);
        writer.End();
        socket.Dump(writer, sequence, "list tracked connections", (_, payload) =>
        {
            if (!IsOpen(payload) || ConntrackTable.Parse(payload, out var original) is not { } flow) return;
            if (flow.DestinationPort != flow.ReplySourcePort || !flow.Destination.AsSpan().SequenceEqual(flow.ReplySource)) found.Add((family, original));
        });
        return found;
    }

    bool IsOpen(byte family, byte[] original)
    {
        var isOpen = false;
        Begin(0x5, family);
        writer.Bytes(TupleOriginal | NetlinkWriter.Nested, original);
        writer.End();
        try { socket.Dump(writer, sequence, "look up a tracked connection", (_, payload) => isOpen = IsOpen(payload)); }
        catch (LinuxException e) when (e.IsNotFound) { }
        return isOpen;
    }

    /// <summary>Whether a connection's message tells of a state in which something may be sent.</summary>
    static bool IsOpen(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 4) return false;
        var attributes = new AttributeReader(payload[4..]);
        while (attributes.TryRead(out var type, out var value))
        {
            if (type != ProtocolInfo) continue;
            var protocols = new AttributeReader(value);
            while (protocols.TryRead(out var protocol, out var info))
            {
                var state = StateOf(info);
                if (protocol == InfoTcp) return state is > 0 and < TcpTimeWait;
                if (protocol == InfoSctp) return state > SctpClosed;
            }
        }
        return false;
    }

    static byte StateOf(ReadOnlySpan<byte> info)
    {
        var fields = new AttributeReader(info);
        while (fields.TryRead(out var field, out var value))
        {
            if (field == InfoState && value.Length == 1) return value[0];
        }
        return 0;
    }

    void Begin(ushort flags, byte family)
    {
        writer.Clear();
        writer.BeginMessage(Get, flags, ++sequence);
        // struct nfgenmsg
        writer.Struct((uint)family);
    }

    public void Dispose() => socket.Dispose();
}
