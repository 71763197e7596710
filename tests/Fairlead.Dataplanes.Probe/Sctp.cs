using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Fairlead.Dataplanes.Probe;

/// <summary>Raw sockets of protocol 132: the kernel hands over each packet, of IPv4 with its IP header.</summary>
static partial class SctpSocket
{
    const int Inet = 2, Inet6 = 10, Raw = 3, Sctp = 132, CloseOnExec = 0x80000;

    /// <remarks>The Socket class knows no such protocol, but takes a descriptor of one.</remarks>
    public static Socket Open(AddressFamily family)
    {
        var fd = socket(family == AddressFamily.InterNetworkV6 ? Inet6 : Inet, Raw | CloseOnExec, Sctp);
        return fd >= 0 ? new(new SafeSocketHandle(fd, true)) : throw new SocketException(Marshal.GetLastPInvokeError());
    }

    public static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> packet, AddressFamily family) =>
        family == AddressFamily.InterNetwork ? packet[((packet[0] & 15) * 4)..] : packet;

    [LibraryImport("libc", SetLastError = true)] private static partial int socket(int domain, int type, int protocol);
}

static class SctpServer
{
    const uint Tag = 0x5EED;

    /// <summary>Answers each INIT to one of the ports with an INIT ACK whose cookie says what the other servers say.</summary>
    public static async Task AnswerAsync(IPAddress address, IReadOnlyList<int> ports)
    {
        using var socket = SctpSocket.Open(address.AddressFamily);
        socket.Bind(new IPEndPoint(address, 0));
        var buffer = new byte[512];
        while (true)
        {
            var got = await socket.ReceiveFromAsync(buffer, new IPEndPoint(address, 0));
            if (Reply(buffer.AsSpan(0, got.ReceivedBytes), (IPEndPoint)got.RemoteEndPoint, address, ports) is not { } reply) continue;
            try
            {
                await socket.SendToAsync(reply, new IPEndPoint(((IPEndPoint)got.RemoteEndPoint).Address, 0));
            }
            catch (SocketException)
            {
                // No way back: the client hears nothing.
            }
        }
    }

    static byte[]? Reply(ReadOnlySpan<byte> packet, IPEndPoint peer, IPAddress own, IReadOnlyList<int> ports)
    {
        var payload = SctpSocket.Payload(packet, own.AddressFamily);
        if (!SctpPacket.TryRead(payload, SctpPacket.Init, out var source, out var port, out _, out var tag, out _) || !ports.Contains(port)) return null;
        return SctpPacket.Make(SctpPacket.InitAck, port, source, tag, Tag, Server.Answer(new(own, port), peer.Address));
    }
}

sealed class SctpCall(Target target) : Call(SctpSocket.Open(target.EndPoint.AddressFamily), target)
{
    static readonly ConcurrentDictionary<IPAddress, SemaphoreSlim> turns = [];
    static int calls;

    readonly int port = 10000 + Interlocked.Increment(ref calls) % 20000;
    readonly byte[] buffer = new byte[512];

    /// <remarks>
    /// To one address one at a time: an ICMP error is given to every raw socket with that destination, whatever the port. The
    /// wait for its turn is not the answer's.
    /// </remarks>
    protected override Task TurnAsync() => turns.GetOrAdd(Target.EndPoint.Address, _ => new(1)).WaitAsync();

    protected override void EndTurn() => turns[Target.EndPoint.Address].Release();

    protected override async Task<(string, EndPoint?)> ExchangeAsync(CancellationToken cancellation)
    {
        await Socket.ConnectAsync(new IPEndPoint(Target.EndPoint.Address, 0), cancellation);
        await SendAsync(() => Socket.SendAsync(SctpPacket.Make(SctpPacket.Init, port, Target.EndPoint.Port, 0, (uint)port), cancellation));
        while (true)
        {
            var n = await Socket.ReceiveAsync(buffer, cancellation);
            if (Read(buffer.AsSpan(0, n)) is { } text) return (text, Target.EndPoint);
        }
    }

    string? Read(ReadOnlySpan<byte> packet) =>
        SctpPacket.TryRead(SctpSocket.Payload(packet, Target.EndPoint.AddressFamily), SctpPacket.InitAck, out var from, out var to, out var tag, out _, out var cookie)
            && from == Target.EndPoint.Port && to == port && tag == (uint)port ? cookie : null;
}
