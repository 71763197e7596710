using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Linux.Namespaces;

namespace Fairlead.Cni.Tests;

/// <summary>Real TCP between namespaces: a server that tells each client the address it sees.</summary>
public sealed class Talk : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    readonly Socket listener;

    /// <summary>Listens on every address of the namespace.</summary>
    public Talk(NetworkNamespace at, int port)
    {
        listener = at.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            socket.Listen(16);
            return socket;
        });
        _ = ServeAsync();
    }

    /// <summary>Connects and gives the address that the server saw.</summary>
    public static async Task<string> AskAsync(NetworkNamespace from, string address, int port)
    {
        using var socket = from.Run(() => new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        using var limit = new CancellationTokenSource(Limit);
        await socket.ConnectAsync(IPAddress.Parse(address), port, limit.Token);
        var buffer = new byte[64];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, limit.Token));
    }

    async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptAsync();
                await socket.SendAsync(Encoding.ASCII.GetBytes(Plain(((IPEndPoint)socket.RemoteEndPoint!).Address).ToString()));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    public void Dispose() => listener.Dispose();
}
