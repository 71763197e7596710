using System.Buffers.Binary;
using Fairlead.Linux.Netlink;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Nftables;

/// <summary>
/// Batches of nfnetlink messages about one table, each batch one transaction: packets see all of it or nothing. Belongs to
/// the network namespace of the thread that made it. One caller at a time.
/// </summary>
/// <param name="family">NFPROTO_IPV4 or NFPROTO_IPV6.</param>
sealed class NftTransaction(byte family, string table) : IDisposable
{
    public const ushort Subsystem = 10 << 8;
    const ushort BatchBegin = 16, BatchEnd = 17;
    const ushort FlagRequest = 1, FlagAck = 4, FlagDump = 0x300;

    readonly NetlinkSocket socket = new(NetlinkSocket.Netfilter, 64 << 20);
    uint sequence, first, awaited;

    /// <summary>What is written between <see cref="Begin"/> and <see cref="Commit"/>.</summary>
    public NetlinkWriter Writer { get; } = new(64 * 1024);

    public void Begin()
    {
        Writer.Clear();
        Limit(BatchBegin);
        first = sequence;
    }

    /// <summary>Begins a message about the table; the caller ends it.</summary>
    /// <param name="last">Of the batch: the kernel is asked for its answer.</param>
    public void Message(ushort type, ushort flags, bool last)
    {
        Header(type, (ushort)(FlagRequest | flags | (last ? FlagAck : 0)));
        awaited = sequence;
    }

    /// <summary>Sends the batch and waits for the kernel's answer.</summary>
    /// <exception cref="LinuxException">The kernel refused, and nothing was changed.</exception>
    public void Commit(string what)
    {
        Limit(BatchEnd);
        socket.Send(Writer.Written.Span);
        Writer.Clear();
        // Errors come before the acknowledgement of the last message, in the order of the messages.
        while (true)
        {
            var reader = new NetlinkReader(socket.Receive());
            while (reader.TryRead(out var message))
            {
                if (message.Type != NetlinkMessage.Error || message.Sequence < first || message.Sequence > awaited + 1) continue;
                if (message.Errno != 0) throw new LinuxException($"{what} of nftables table {table}", message.Errno);
                if (message.Sequence == awaited) return;
            }
        }
    }

    /// <summary>Number of the namespace's last change of nftables, whoever made it (NFT_MSG_GETGEN).</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public uint Generation()
    {
        const ushort getGeneration = Subsystem | 16;
        var generation = 0u;
        Writer.Clear();
        Writer.BeginMessage(getGeneration, FlagRequest | FlagAck, ++sequence);
        Writer.Struct((uint)family);
        Writer.End();
        socket.Dump(Writer, sequence, "read the generation of nftables", (_, payload) =>
        {
            if (payload.Length < 4) return;
            var attributes = new AttributeReader(payload[4..]);
            while (attributes.TryRead(out var type, out var value))
            {
                if (type == 1 && value.Length == 4) generation = BinaryPrimitives.ReadUInt32BigEndian(value);
            }
        });
        return generation;
    }

    /// <summary>Whether there is what a message type gets by name.</summary>
    /// <param name="attributes">Writes the name; nothing for the table itself.</param>
    public bool IsThere(ushort type, Action<NetlinkWriter> attributes)
    {
        try
        {
            Ask(type, FlagAck, attributes, "look", (_, _) => { });
            return true;
        }
        catch (LinuxException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>Asks for all that a message type lists.</summary>
    /// <param name="each">Receives the type and payload of each message.</param>
    /// <param name="attributes">Writes what narrows the list.</param>
    public void Dump(ushort type, Action<NetlinkWriter> attributes, string what, Action<ushort, ReadOnlySpan<byte>> each) =>
        Ask(type, FlagDump, attributes, what, each);

    void Ask(ushort type, ushort flags, Action<NetlinkWriter> attributes, string what, Action<ushort, ReadOnlySpan<byte>> each)
    {
        Writer.Clear();
        Header(type, (ushort)(FlagRequest | flags));
        attributes(Writer);
        Writer.End();
        socket.Dump(Writer, sequence, $"{what} of nftables table {table}", each);
    }

    void Header(ushort type, ushort flags)
    {
        Writer.BeginMessage(type, flags, ++sequence);
        Writer.Struct((uint)family);
        Writer.String(1, table);
    }

    void Limit(ushort type)
    {
        Writer.BeginMessage(type, FlagRequest, ++sequence);
        // struct nfgenmsg: family, version, subsystem in network order.
        Writer.Struct((uint)10 << 24);
        Writer.End();
    }

    public void Dispose() => socket.Dispose();
}
