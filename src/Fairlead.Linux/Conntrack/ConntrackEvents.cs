using Fairlead.Linux.Netlink;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Conntrack;

/// <summary>
/// Listens to the flows that begin in the network namespace of the thread that made this. A connection that is refused
/// leaves the table at once, but not without having been told of here.
/// </summary>
public sealed class ConntrackEvents : IDisposable
{
    // NFNLGRP_CONNTRACK_NEW; IPCTNL_MSG_CT_NEW of NFNL_SUBSYS_CTNETLINK.
    const int GroupNew = 1;
    const ushort MessageNew = 1 << 8;

    readonly NetlinkSocket socket = new(NetlinkSocket.Netfilter, 8 << 20);

    /// <exception cref="LinuxException">The kernel refuses: not root, or without connection tracking.</exception>
    public ConntrackEvents() => socket.Join(GroupNew);

    /// <summary>The flows that have begun since this was made or last drained, as many as the kernel's buffer could hold.</summary>
    public IReadOnlyList<Flow> Drain()
    {
        var flows = new List<Flow>();
        while (socket.TryReceive(out var datagram))
        {
            var reader = new NetlinkReader(datagram);
            while (reader.TryRead(out var message))
            {
                if (message.Type == MessageNew && FlowEntry.TryRead(message.Payload, out var flow)) flows.Add(flow.ToFlow());
            }
        }
        return flows;
    }

    public void Dispose() => socket.Dispose();
}
