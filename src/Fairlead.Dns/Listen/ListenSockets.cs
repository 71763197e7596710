using System.Net;
using System.Net.Sockets;

namespace Fairlead.Dns.Listen;

/// <summary>The two sockets of one address, bound to the same port.</summary>
sealed record ListenSockets(Socket Udp, Socket Tcp)
{
    const int SolIp = 0, IpFreebind = 15, SolIpv6 = 41, Ipv6Freebind = 78;
    const int ReceiveBuffer = 1 << 20, TriesForAPort = 20;

    public IPEndPoint Address => (IPEndPoint)Udp.LocalEndPoint!;

    /// <summary>Binds; port 0 for any that is free for both.</summary>
    /// <exception cref="DnsListenException">The address is in use, or not allowed.</exception>
    public static ListenSockets Bind(IPEndPoint address)
    {
        for (var tries = 1; ; tries++)
        {
            Socket? udp = null, tcp = null;
            try
            {
                udp = Open(address, SocketType.Dgram, ProtocolType.Udp);
                udp.ReceiveBufferSize = ReceiveBuffer;
                udp.Bind(address);
                tcp = Open(address, SocketType.Stream, ProtocolType.Tcp);
                tcp.Bind(udp.LocalEndPoint!);
                return new(udp, tcp);
            }
            catch (SocketException e)
            {
                udp?.Dispose();
                tcp?.Dispose();
                if (address.Port == 0 && tries < TriesForAPort && e.SocketErrorCode == SocketError.AddressAlreadyInUse) continue;
                throw new DnsListenException($"DNS can't listen on {address}: {e.Message}", e);
            }
        }
    }

    static Socket Open(IPEndPoint address, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(address.AddressFamily, type, protocol);
        if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
        try
        {
            // The address may be put on an interface after us, or be taken off and put back.
            var (level, option) = address.AddressFamily == AddressFamily.InterNetworkV6 ? (SolIpv6, Ipv6Freebind) : (SolIp, IpFreebind);
            socket.SetRawSocketOption(level, option, BitConverter.GetBytes(1));
        }
        catch (SocketException)
        {
            // Then it has to be there already, and bind says so if it is not.
        }
        return socket;
    }
}
