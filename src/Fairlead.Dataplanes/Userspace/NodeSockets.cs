using System.Net;
using System.Net.Sockets;
using Fairlead.Linux.Namespaces;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Userspace;

/// <summary>Makes sockets in the network namespace of the thread that made this, whichever thread asks.</summary>
sealed class NodeSockets : IDisposable
{
    readonly NetworkNamespace space = NetworkNamespace.Current();

    // Where the whole process is in it, as in an agent, nothing need be entered.
    readonly bool entered = IsProcessesOwn();

    public Socket Stream(Address toOrAt) => Make(() => new Socket(Family(toOrAt), SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });

    public Socket Datagram(Address toOrAt) => Make(() => new Socket(Family(toOrAt), SocketType.Dgram, ProtocolType.Udp));

    /// <summary>Its end of a connection as the model's address.</summary>
    public static Address AddressOf(EndPoint end) => Address.From(((IPEndPoint)end).Address);

    Socket Make(Func<Socket> make) => entered ? make() : space.Run(make);

    static AddressFamily Family(Address address) => address.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    static bool IsProcessesOwn() =>
        new FileInfo("/proc/thread-self/ns/net").LinkTarget == new FileInfo($"/proc/{Environment.ProcessId}/ns/net").LinkTarget;

    public void Dispose() => space.Dispose();
}
