using Fairlead.Linux.Bpf;
using Fairlead.Linux.Processes;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Ebpf;

/// <summary>
/// UDP sockets that are connected to a backend which went. They would send to it for ever, since nothing is translated after
/// connect: they are connected anew to what they asked for, and the programs give them another backend.
/// </summary>
static class UdpSockets
{
    /// <summary>As the other, if the change took a backend from a frontend.</summary>
    public static void Leave(TableDelta delta, NodeTable table, UnifiedCgroup cgroup, EbpfPrograms programs)
    {
        if (delta.Frontends.Any(c => c.Key.Protocol == TransportProtocol.Udp && c.Old is not null && c.Old.Backends.Any(b => c.New?.HasBackend(b.Address, b.Port) != true))) Leave(table, cgroup, programs);
    }

    /// <summary>Takes sockets away from what is no backend of their frontend; looks at processes only if there are such sockets.</summary>
    public static void Leave(NodeTable table, UnifiedCgroup cgroup, EbpfPrograms programs)
    {
        var replies = programs["udp_replies"];
        // By getpeername such a socket is connected to the frontend, as its owner sees it.
        var left = replies.Read<EbpfLayout.SocketKey, EbpfLayout.Reply>().Where(r => r.Value.Connected == 1 && !IsServed(table, r.Value.Frontend, r.Key.Other)).ToList();
        if (left.Count == 0) return;
        var sockets = left.Select(r => (r.Key.Socket, r.Value.Frontend)).ToHashSet();
        ForeignSockets.Reconnect(cgroup.Processes(), (cookie, peer) => sockets.Contains((cookie, EbpfLayout.Endpoint.Of(Address.From(peer.Address), peer.Port))) ? peer : null);
        replies.Remove<EbpfLayout.SocketKey>([.. left.Select(r => r.Key)]);
    }

    static bool IsServed(NodeTable table, EbpfLayout.Endpoint sentTo, EbpfLayout.Endpoint backend)
    {
        var (address, port) = (sentTo.Ip.ToAddress(), EbpfLayout.Swap(sentTo.Port));
        // A node port is known by the unspecified address of its family.
        var frontend = table.Frontends.GetValueOrDefault(new(address, TransportProtocol.Udp, port))
            ?? table.Frontends.GetValueOrDefault(new(address.IsIPv6 ? Address.AnyIPv6 : Address.AnyIPv4, TransportProtocol.Udp, port));
        return frontend?.HasBackend(backend.Ip.ToAddress(), EbpfLayout.Swap(backend.Port)) == true;
    }
}
