using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Dataplanes.Probe;

/// <summary>
/// A connection, or the like of one, that may be asked again and again. The answer is one line:
/// "answered BACKEND SEEN-SOURCE PEER LOCAL", "refused", "silence", "closed" (by the other side, without an answer) or
/// "denied" (the sender's own kernel lets nothing out).
/// </summary>
abstract class Call(Socket socket, Target target) : IDisposable
{
    const int SolSocket = 1, SoMark = 36;

    protected Socket Socket { get; } = socket;
    protected Target Target { get; } = target;

    public static Call To(Target target)
    {
        Call call = target.Protocol switch
        {
            "tcp" => new TcpCall(target),
            "udp" => new UdpCall(target),
            "udp-free" => new FreeUdpCall(target),
            "sctp" => new SctpCall(target),
            var other => throw new ArgumentException($"protocol {other}"),
        };
        if (target.Mark != 0) call.Socket.SetRawSocketOption(SolSocket, SoMark, BitConverter.GetBytes(target.Mark));
        return call;
    }

    /// <summary>Asks, connecting first where that has not been done.</summary>
    public async Task<string> AskAsync(TimeSpan patience)
    {
        await TurnAsync();
        using var timeout = new CancellationTokenSource(patience);
        try
        {
            var (text, peer) = await ExchangeAsync(timeout.Token);
            return text.Length == 0 ? "closed" : $"answered {text} {peer} {Socket.LocalEndPoint}";
        }
        catch (OperationCanceledException)
        {
            return "silence";
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "refused",
                // The kernel of the other side knows no SCTP: ENOPROTOOPT by ICMP, and EPROTO, which has no name here, by ICMPv6.
                SocketError.ProtocolOption or SocketError.SocketError when Target.Protocol == "sctp" => "refused",
                SocketError.AccessDenied => "denied",
                SocketError.ConnectionReset => "closed",
                _ => $"error {e.SocketErrorCode}",
            };
        }
        finally
        {
            EndTurn();
        }
    }

    /// <summary>Waits until this may be asked; <see cref="EndTurn"/> follows.</summary>
    protected virtual Task TurnAsync() => Task.CompletedTask;

    protected virtual void EndTurn() { }

    /// <summary>The server's text, and who the kernel says that the other side is.</summary>
    protected abstract Task<(string Text, EndPoint? Peer)> ExchangeAsync(CancellationToken cancellation);

    /// <summary>Sends; when the node's own rules stop it, whether with an ICMP error the receive that follows tells.</summary>
    protected static async Task SendAsync(Func<ValueTask<int>> send)
    {
        try
        {
            await send();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied) { }
    }

    public virtual void Dispose() => Socket.Dispose();
}

/// <summary>A connection from a port that no other of this process had for a long while: what the kernel remembers of one is not taken for another's.</summary>
sealed class TcpCall(Target target) : Call(Bound(target.EndPoint.AddressFamily), target)
{
    const int FirstPort = 10000, Ports = 50000;
    static int calls;


    readonly byte[] buffer = new byte[128];

    static Socket Bound(AddressFamily family)
    {
        var any = family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        while (true)
        {
            var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(any, FirstPort + Interlocked.Increment(ref calls) % Ports));
                return socket;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                socket.Dispose();
            }
        }
    }

    protected override async Task<(string, EndPoint?)> ExchangeAsync(CancellationToken cancellation)
    {
        if (!Socket.Connected) await Socket.ConnectAsync(Target.EndPoint, cancellation);
        await Socket.SendAsync("?"u8.ToArray(), cancellation);
        var n = await Socket.ReceiveAsync(buffer, cancellation);
        return (Encoding.ASCII.GetString(buffer, 0, n), Socket.RemoteEndPoint);
    }

    public override void Dispose()
    {
        // A reset leaves no port behind that waits.
        Socket.LingerState = new(true, 0);
        base.Dispose();
    }
}

/// <summary>A datagram socket of a port that no other call of this process had: a tracked flow of one is not taken for another's.</summary>
abstract class DatagramCall : Call
{
    const int FirstPort = 10000, Ports = 20000;
    static int calls;

    protected DatagramCall(Target target) : base(Bound(target.EndPoint.AddressFamily), target) { }

    protected byte[] Buffer { get; } = new byte[128];

    static Socket Bound(AddressFamily family)
    {
        var any = family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        while (true)
        {
            var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Bind(new IPEndPoint(any, FirstPort + Interlocked.Increment(ref calls) % Ports));
                return socket;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                socket.Dispose();
            }
        }
    }
}

sealed class UdpCall(Target target) : DatagramCall(target)
{
    bool connected;

    protected override async Task<(string, EndPoint?)> ExchangeAsync(CancellationToken cancellation)
    {
        if (!connected) await Socket.ConnectAsync(Target.EndPoint, cancellation);
        connected = true;
        await SendAsync(() => Socket.SendAsync("?"u8.ToArray(), cancellation));
        var n = await Socket.ReceiveAsync(Buffer, cancellation);
        return (Encoding.ASCII.GetString(Buffer, 0, n), Socket.RemoteEndPoint);
    }
}

sealed class FreeUdpCall(Target target) : DatagramCall(target)
{
    protected override async Task<(string, EndPoint?)> ExchangeAsync(CancellationToken cancellation)
    {
        await SendAsync(() => Socket.SendToAsync("?"u8.ToArray(), Target.EndPoint, cancellation));
        var got = await Socket.ReceiveFromAsync(Buffer, new IPEndPoint(Target.EndPoint.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0), cancellation);
        return (Encoding.ASCII.GetString(Buffer, 0, got.ReceivedBytes), got.RemoteEndPoint);
    }
}
