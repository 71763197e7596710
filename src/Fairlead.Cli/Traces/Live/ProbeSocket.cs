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

    /// <summary>The sender's address and port; null if it was never sent.</summary>
    public FlowEnd? Source { get; private set; }

    /// <summary>Makes the socket in the calling thread's network namespace.</summary>
    public static ProbeSocket Create(TracedDestination destination, TransportProtocol protocol)
    {
        var family = destination.Address.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var socket = protocol == TransportProtocol.Udp ? new Socket(family, SocketType.Dgram, ProtocolType.Udp) : new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        return new(socket, destination, protocol);
    }

    public async Task SendAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(protocol == TransportProtocol.Udp ? UdpPatience : TcpPatience);
        var sending = TryAsync(patience.Token);
        await sending.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    async Task TryAsync(CancellationToken patience)
    {
        try
        {
            var connecting = socket.ConnectAsync(new IPEndPoint(destination.Address.ToIPAddress(), destination.Port), patience);
            // Known as soon as the kernel has begun: a connection that is refused loses it again.
            Note();
            await connecting.ConfigureAwait(false);
            Note();
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

    void Note()
    {
        if (Source is null && socket.LocalEndPoint is IPEndPoint { Port: > 0 } local) Source = new(Address.From(local.Address), local.Port);
    }

    public void Dispose() => socket.Dispose();
}
