using System.Net;
using Fairlead.Linux.Namespaces;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Netlink;

/// <summary>
/// The kernel's links, addresses, routes, rules and neighbours (rtnetlink(7)) of one network namespace. Every call is
/// one synchronous request; calls from several threads wait for one another.
/// </summary>
/// <example><code>
/// using var net = RouteNetlink.In(NetworkNamespace.Open("a"));
/// net.Links.Add(new BridgeSpec("br0") { Up = true });
/// net.Addresses.Replace(net.Links.Get("br0").Index, IPAddress.Parse("10.0.0.1"), 24);
/// </code></example>
public sealed class RouteNetlink : IDisposable
{
    internal const ushort FlagRequest = 1, FlagAck = 4, FlagDump = 0x300, FlagReplace = 0x100, FlagExclusive = 0x200, FlagCreate = 0x400, FlagAppend = 0x800;

    readonly NetlinkSocket socket;
    readonly NetlinkWriter writer = new();
    readonly Lock gate = new();
    uint sequence;

    /// <summary>Speaks to the namespace of the calling thread.</summary>
    /// <exception cref="LinuxException">The kernel refuses the socket.</exception>
    public RouteNetlink()
    {
        socket = new(NetlinkSocket.Route);
        Links = new(this);
        Addresses = new(this);
        Routes = new(this);
        Rules = new(this);
        Neighbours = new(this);
    }

    /// <summary>Speaks to the given namespace, which may be disposed afterwards.</summary>
    public static RouteNetlink In(NetworkNamespace ns) => ns.Run(() => new RouteNetlink());

    public LinkTable Links { get; }
    public AddressTable Addresses { get; }
    public RouteTable Routes { get; }
    public RuleTable Rules { get; }
    public NeighbourTable Neighbours { get; }

    /// <summary>Sends one request and waits for its acknowledgement.</summary>
    /// <param name="body">Writes the family's header and the attributes.</param>
    /// <exception cref="LinuxException">The kernel refused, with its errno.</exception>
    internal void Request(ushort type, ushort flags, string what, Action<NetlinkWriter> body)
    {
        lock (gate)
        {
            Write(type, (ushort)(FlagRequest | FlagAck | flags), body);
            socket.Request(writer, sequence, what);
        }
    }

    /// <summary>Sends a dump request and gives each answer's payload to <paramref name="each"/>.</summary>
    internal void Dump(ushort type, string what, Action<NetlinkWriter> body, NetlinkSocketPayload each)
    {
        lock (gate)
        {
            Write(type, FlagRequest | FlagDump, body);
            socket.Dump(writer, sequence, what, (_, payload) => each(payload));
        }
    }

    void Write(ushort type, ushort flags, Action<NetlinkWriter> body)
    {
        writer.Clear();
        writer.BeginMessage(type, flags, ++sequence);
        body(writer);
        writer.End();
    }

    /// <summary>AF_INET or AF_INET6.</summary>
    internal static byte Family(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? (byte)10 : (byte)2;

    public void Dispose() => socket.Dispose();
}

/// <summary>Receives the payload of one message of a dump; the span is valid only during the call.</summary>
delegate void NetlinkSocketPayload(ReadOnlySpan<byte> payload);
