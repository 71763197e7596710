using Fairlead.Linux.Netlink;

namespace Fairlead.Linux.Conntrack;

/// <summary>
/// The TCP connections and SCTP associations that the kernel sent on to another destination when this was first asked, and
/// that are open still. As long as there are any, some rule must keep connection tracking and NAT at work in the namespace:
/// the kernel turns them off with the last rule that needs them, and every packet then goes where it says. Belongs to the
/// network namespace of the thread that made it. One caller at a time.
/// </summary>
public sealed class TranslatedConnections : IDisposable
{
    const byte IPv4 = 2, IPv6 = 10;

    readonly NetlinkSocket socket = new(NetlinkSocket.Netfilter, 4 << 20);
    readonly ConntrackRequests requests = new();
    Stack<(byte Family, byte[] Original)>? open;

    /// <summary>Walks the kernel's whole table the first time; later it looks up one connection after another, until one is open.</summary>
    /// <exception cref="LinuxException">The kernel refuses to tell.</exception>
    public bool AnyOpen()
    {
        open ??= new([.. List(IPv4), .. List(IPv6)]);
        while (open.TryPeek(out var connection))
        {
            if (IsOpen(connection.Family, connection.Original)) return true;
            open.Pop();
        }
        return false;
    }

    /// <summary>Begins anew: the next call finds those that are open then.</summary>
    public void Forget() => open = null;

    List<(byte, byte[])> List(byte family)
    {
        var found = new List<(byte, byte[])>();
        requests.List(family, null);
        socket.Dump(requests.Writer, requests.Sequence, "list tracked connections", (_, payload) =>
        {
            if (FlowEntry.TryRead(payload, out var flow) && flow.IsOpen && flow.IsTranslated) found.Add((family, flow.Original.ToArray()));
        });
        return found;
    }

    bool IsOpen(byte family, byte[] original)
    {
        var isOpen = false;
        requests.Find(family, original);
        try { socket.Dump(requests.Writer, requests.Sequence, "look up a tracked connection", (_, payload) => isOpen = FlowEntry.TryRead(payload, out var flow) && flow.IsOpen); }
        catch (LinuxException e) when (e.IsNotFound) { }
        return isOpen;
    }

    public void Dispose() => socket.Dispose();
}
