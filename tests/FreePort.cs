using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Tests;

/// <summary>
/// Ports of loopback for servers that cannot be told to choose one, as programs of others, and for those that are stopped and
/// started again. They lie below the range that the kernel gives to whoever connects: nobody else's connection takes one
/// meanwhile, and a client that tries one on which nobody listens is never connected to itself.
/// </summary>
static class FreePort
{
    const int Lowest = 10_000;

    // Where clients are given everything there is nothing below; then any will do.
    static readonly int End = int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t')[0], CultureInfo.InvariantCulture) is > Lowest and var first ? first : 60_000;

    /// <summary>One on which nobody listens, by TCP or UDP.</summary>
    public static int Next()
    {
        while (true)
        {
            var end = new IPEndPoint(IPAddress.Loopback, Random.Shared.Next(Lowest, End));
            using var stream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                stream.Bind(end);
                datagrams.Bind(end);
                return end.Port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }
    }
}
