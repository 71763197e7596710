using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Fairlead.Linux.Namespaces;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Userspace;

/// <summary>
/// Makes sockets in the network namespace of the thread that made this, whichever thread asks. Where the whole process is in
/// it, as in an agent, they are made at once; else by one thread that stays there, for to enter a namespace takes milliseconds.
/// </summary>
sealed class NodeSockets : IDisposable
{
    readonly BlockingCollection<Action>? work;

    public NodeSockets()
    {
        if (IsProcessesOwn()) return;
        work = [];
        // A thread begins in the namespace of the one that starts it.
        new Thread(Make) { IsBackground = true, Name = nameof(NodeSockets) }.Start();
    }

    public Socket Stream(Address toOrAt) => Make(() => new Socket(Family(toOrAt), SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });

    public Socket Datagram(Address toOrAt) => Make(() => new Socket(Family(toOrAt), SocketType.Dgram, ProtocolType.Udp));

    /// <summary>Its end of a connection as the model's address.</summary>
    public static Address AddressOf(EndPoint end) => Address.From(((IPEndPoint)end).Address);

    /// <exception cref="ObjectDisposedException">The data plane is no more.</exception>
    Socket Make(Func<Socket> make)
    {
        if (work is null) return make();
        var made = new TaskCompletionSource<Socket>();
        try
        {
            work.Add(() =>
            {
                try { made.SetResult(make()); }
                catch (SocketException e) { made.SetException(e); }
            });
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(NodeSockets));
        }
        return made.Task.GetAwaiter().GetResult();
    }

    void Make()
    {
        foreach (var item in work!.GetConsumingEnumerable()) item();
    }

    static AddressFamily Family(Address address) => address.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    static bool IsProcessesOwn() =>
        new FileInfo("/proc/thread-self/ns/net").LinkTarget == new FileInfo($"/proc/{Environment.ProcessId}/ns/net").LinkTarget;

    public void Dispose() => work?.CompleteAdding();
}
