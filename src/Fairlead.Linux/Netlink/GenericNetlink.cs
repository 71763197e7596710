using System.Buffers.Binary;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Netlink;

/// <summary>
/// One family of generic netlink (linux/genetlink.h). It belongs to the network namespace of the thread that made it. One
/// caller at a time.
/// </summary>
public sealed class GenericNetlink : IDisposable
{
    const int Protocol = 16;
    const ushort Control = 16;
    const byte GetFamily = 3;
    const ushort FamilyId = 1, FamilyName = 2;
    const ushort FlagRequest = 1, FlagAck = 4, FlagDump = 0x300;

    // The acknowledgements of so many requests fit into the socket's buffer.
    const int RequestsAtOnce = 256;

    readonly NetlinkSocket socket = new(Protocol, 4 << 20);
    readonly NetlinkWriter writer = new();
    readonly byte version;
    readonly string name;
    readonly ushort family;
    readonly List<string> queued = [];
    uint sequence;

    /// <exception cref="LinuxException">ENOENT: the kernel has no such family, even after it has looked for a module.</exception>
    public GenericNetlink(string name, byte version)
    {
        (this.name, this.version) = (name, version);
        try
        {
            family = Find();
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    ushort Find()
    {
        ushort found = 0;
        Begin(Control, FlagRequest | FlagAck, GetFamily, 1);
        writer.String(FamilyName, name);
        writer.End();
        socket.Dump(writer, sequence, $"find the generic netlink family {name}", (_, payload) =>
        {
            var attributes = new AttributeReader(payload[4..]);
            while (attributes.TryRead(out var type, out var value))
            {
                if (type == FamilyId && value.Length >= 2) found = BinaryPrimitives.ReadUInt16LittleEndian(value);
            }
        });
        return found;
    }

    /// <summary>Sends one request and waits until it is done.</summary>
    /// <param name="what">What is tried, for the error's text.</param>
    /// <exception cref="LinuxException">The kernel refused, with its errno.</exception>
    public void Request(byte command, string what, Action<NetlinkWriter> attributes) => Request(command, what, attributes, static _ => { });

    /// <summary>The same for one that is answered.</summary>
    internal void Request(byte command, string what, Action<NetlinkWriter> attributes, NetlinkSocketPayload answer) =>
        Send(FlagRequest | FlagAck, command, what, attributes, answer);

    /// <summary>Asks for a list; gives the attributes of each of its messages.</summary>
    internal void Dump(byte command, string what, Action<NetlinkWriter> attributes, NetlinkSocketPayload each) =>
        Send(FlagRequest | FlagDump, command, what, attributes, each);

    void Send(ushort flags, byte command, string what, Action<NetlinkWriter> attributes, NetlinkSocketPayload each)
    {
        Begin(family, flags, command, version);
        attributes(writer);
        writer.End();
        socket.Dump(writer, sequence, what, (type, payload) =>
        {
            if (type == family && payload.Length >= 4) each(payload[4..]);
        });
    }

    /// <summary>Adds a request to those that <see cref="Flush"/> sends together.</summary>
    /// <param name="what">What is tried, for the error's text.</param>
    public void Queue(byte command, string what, Action<NetlinkWriter> attributes)
    {
        if (queued.Count >= RequestsAtOnce) Flush();
        if (queued.Count == 0) writer.Clear();
        Append(family, FlagRequest | FlagAck, command, version);
        attributes(writer);
        writer.End();
        queued.Add(what);
    }

    /// <summary>Sends what is queued and waits until all of it is done.</summary>
    /// <exception cref="LinuxException">The first request that the kernel refused; those after it were carried out.</exception>
    public void Flush()
    {
        if (queued.Count == 0) return;
        var first = sequence - (uint)queued.Count + 1;
        LinuxException? refused = null;
        try
        {
            socket.Send(writer.Written.Span);
            for (var left = queued.Count; left > 0;)
            {
                var reader = new NetlinkReader(socket.Receive());
                while (reader.TryRead(out var message))
                {
                    if (message.Type != NetlinkMessage.Error || message.Sequence < first || message.Sequence > sequence) continue;
                    left--;
                    if (message.Errno != 0) refused ??= new(queued[(int)(message.Sequence - first)], message.Errno);
                }
            }
        }
        finally
        {
            queued.Clear();
        }
        if (refused is not null) throw refused;
    }

    void Begin(ushort type, ushort flags, byte command, byte commandVersion)
    {
        if (queued.Count > 0) Flush();
        writer.Clear();
        Append(type, flags, command, commandVersion);
    }

    void Append(ushort type, ushort flags, byte command, byte commandVersion)
    {
        writer.BeginMessage(type, flags, ++sequence);
        // struct genlmsghdr.
        writer.Struct((uint)(command | commandVersion << 8));
    }

    public void Dispose() => socket.Dispose();
}
