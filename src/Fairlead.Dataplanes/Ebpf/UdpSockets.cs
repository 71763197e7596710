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
    /// <summary>Takes sockets away from backends that the change took from their frontend; looks at processes only if there are such sockets.</summary>
    public static void Leave(TableDelta delta, UnifiedCgroup cgroup, EbpfPrograms programs)
    {
        var gone = delta.Frontends.Where(c => c.Key.Protocol == TransportProtocol.Udp && c.Old is not null).SelectMany(Gone).ToHashSet();
        if (gone.Count == 0) return;
        var replies = programs["udp_replies"];
        // By getpeername such a socket is connected to the frontend, as its owner sees it.
        var left = replies.Read<EbpfLayout.SocketKey, EbpfLayout.Reply>()
            .Where(r => r.Value.Connected == 1 && (gone.Contains((r.Value.Frontend, r.Key.Other)) || gone.Contains((NodePort(r.Value.Frontend), r.Key.Other)))).ToList();
        if (left.Count == 0) return;
        var sockets = left.Select(r => (r.Key.Socket, r.Value.Frontend)).ToHashSet();
        ForeignSockets.Reconnect(cgroup.Processes(), (cookie, peer) => sockets.Contains((cookie, EbpfLayout.Endpoint.Of(Address.From(peer.Address), peer.Port))) ? peer : null);
        replies.Remove<EbpfLayout.SocketKey>([.. left.Select(r => r.Key)]);
    }

    static IEnumerable<(EbpfLayout.Endpoint Frontend, EbpfLayout.Endpoint Backend)> Gone(FrontendChange change) =>
        change.Old!.Backends.Where(b => change.New is null || !change.New.Backends.Any(n => n.Address == b.Address && n.Port == b.Port))
            .Select(b => (EbpfLayout.Endpoint.Of(change.Key.Address, change.Key.Port), EbpfLayout.Endpoint.Of(b.Address, b.Port)));

    // A node port is known by the unspecified address of its family.
    static EbpfLayout.Endpoint NodePort(EbpfLayout.Endpoint sentTo) =>
        sentTo with { Ip = EbpfLayout.Ip.Of(sentTo.Ip.ToAddress().IsIPv6 ? Address.AnyIPv6 : Address.AnyIPv4) };
}
