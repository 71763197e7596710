using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Dataplanes.Probe;

/// <summary>Answers everything on one address with the address and port that were reached and the source that was seen.</summary>
static class Server
{
    public static void Start(IPAddress address, IReadOnlyList<int> ports)
    {
        foreach (var port in ports)
        {
            var end = new IPEndPoint(address, port);
            var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(end);
            listener.Listen(512);
            _ = AcceptAsync(listener);
            var datagrams = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            datagrams.Bind(end);
            _ = AnswerAsync(datagrams, end);
        }
        _ = SctpServer.AnswerAsync(address, ports);
    }

    /// <summary>What a server on <paramref name="own"/> says to a peer.</summary>
    public static byte[] Answer(IPEndPoint own, IPAddress peer) => Encoding.ASCII.GetBytes($"{own} {peer}");

    static async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                _ = TalkAsync(await listener.AcceptAsync());
            }
            catch (SocketException)
            {
                // Gone before it was taken.
            }
        }
    }

    static async Task TalkAsync(Socket socket)
    {
        using var talk = socket;
        try
        {
            var (own, peer) = ((IPEndPoint)socket.LocalEndPoint!, (IPEndPoint)socket.RemoteEndPoint!);
            socket.NoDelay = true;
            var (answer, question) = (Answer(own, peer.Address), new byte[8]);
            while (await socket.ReceiveAsync(question) > 0) await socket.SendAsync(answer);
        }
        catch (SocketException)
        {
            // The client reset it, which is how it always ends.
        }
    }

    static async Task AnswerAsync(Socket socket, IPEndPoint own)
    {
        var buffer = new byte[64];
        var any = new IPEndPoint(own.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (true)
        {
            try
            {
                var got = await socket.ReceiveFromAsync(buffer, any);
                await socket.SendToAsync(Answer(own, ((IPEndPoint)got.RemoteEndPoint).Address), got.RemoteEndPoint);
            }
            catch (SocketException)
            {
                // An ICMP error for an earlier answer.
            }
        }
    }
}
