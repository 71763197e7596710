using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Network.Traces;
using Fairlead.Network.Traces.Live;

namespace Fairlead.Cli.Traces.Live;

/// <summary>One probe's socket and what became of it. TCP connects and says nothing; UDP sends one datagram that says what it is.</summary>
sealed class ProbeSocket(Socket socket, TracedDestination destination, TransportProtocol protocol) : IDisposable
{
    static readonly TimeSpan TcpPatience = TimeSpan.FromSeconds(3), UdpPatience = TimeSpan.FromMilliseconds(700);
    static readonly byte[] Datagram = Encoding.ASCII.GetBytes("fairlead trace\n");

    /// <summary>Where it was sent.</summary>
    public TracedDestination Destination => destination;

    public ProbeOutcome Outcome { get; private set; }

    /// <summary>The port that it is sent from; 0 if it never was.</summary>
    public int SourcePort { get; private set; }

    /// <summary>The address that it was sent from; null if it was refused before anybody could ask.</summary>
    public Address? SourceAddress { get; private set; }

    /// <summary>Makes the socket in the calling thread's network namespace, bound to the port that it will send from.</summary>
    /// <remarks>
    /// A connection that is refused loses its ends before anybody can ask for them, so that the port is chosen beforehand. The
    /// address is left to the kernel, which chooses it by where the connection really goes.
    /// </remarks>
    public static ProbeSocket Create(TracedDestination destination, TransportProtocol protocol)
    {
        var (family, any) = destination.Address.IsIPv6 ? (AddressFamily.InterNetworkV6, IPAddress.IPv6Any) : (AddressFamily.InterNetwork, IPAddress.Any);
        var socket = protocol == TransportProtocol.Udp ? new Socket(family, SocketType.Dgram, ProtocolType.Udp) : new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(any, 0));
        return new(socket, destination, protocol) { SourcePort = ((IPEndPoint)socket.LocalEndPoint!).Port };
    }

    static IPEndPoint End(TracedDestination destination) => new(destination.Address.ToIPAddress(), destination.Port);

    public async Task SendAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(protocol == TransportProtocol.Udp ? UdpPatience : TcpPatience);
        await TryAsync(patience.Token).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    async Task TryAsync(CancellationToken patience)
    {
        try
        {
            await socket.ConnectAsync(End(destination), patience).ConfigureAwait(false);
            SourceAddress = Address.From(((IPEndPoint)socket.LocalEndPoint!).Address);
            if (protocol == TransportProtocol.Udp)
            {
                await socket.SendAsync(Datagram, SocketFlags.None, patience).ConfigureAwait(false);
                await socket.ReceiveAsync(new byte[2048], SocketFlags.None, patience).ConfigureAwait(false);
            }
            Outcome = ProbeOutcome.Answered;
        }
        catch (OperationCanceledException)
        {
            Outcome = ProbeOutcome.Silent;
        }
        catch (SocketException e)
        {
            Outcome = e.SocketErrorCode switch
            {
                SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.HostUnreachable => ProbeOutcome.Refused,
                SocketError.TimedOut => ProbeOutcome.Silent,
                _ => ProbeOutcome.Unsent,
            };
        }
    }

    /// <summary>Waits whether the other side closes a connection that it accepted: then it was no answer.</summary>
    public async Task HearAsync(TimeSpan patience, CancellationToken cancellation)
    {
        if (Outcome != ProbeOutcome.Answered || protocol != TransportProtocol.Tcp) return;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(patience);
        try
        {
            if (await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, bound.Token).ConfigureAwait(false) == 0) Outcome = ProbeOutcome.Refused;
        }
        catch (OperationCanceledException) { cancellation.ThrowIfCancellationRequested(); }
        catch (SocketException) { Outcome = ProbeOutcome.Refused; }
    }

    public void Dispose() => socket.Dispose();
}
