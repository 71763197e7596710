using System.Collections.Immutable;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Userspace;

/// <summary>
/// The table that the kernel is given in place of the node's: every frontend leads to the proxy's own port, for those senders
/// that may reach an endpoint at all. Who is let in, refused and dropped stays as it is; which endpoint, and for how long a
/// client stays with it, is the proxy's to say.
/// </summary>
static class ProxyTable
{
    /// <param name="portOf">Address and port where the proxy listens for a frontend; null where it does not.</param>
    public static NodeTable Of(NodeTable table, Func<FrontendKey, (Address Address, int Port)?> portOf) => table with
    {
        Frontends = table.Frontends.Values.Select(f => Of(f, portOf)).OfType<Frontend>().ToImmutableDictionary(f => f.Key),
        Hairpin = [],
    };

    /// <summary>The delta of the proxied table that goes with one of the node's.</summary>
    /// <param name="before">How the changed frontends were given to the kernel.</param>
    public static TableDelta Of(TableDelta delta, NodeTable before, Func<FrontendKey, (Address Address, int Port)?> portOf) =>
        new([.. delta.Frontends.Select(c => new FrontendChange(before.Frontends.GetValueOrDefault(c.Key), c.New is null ? null : Of(c.New, portOf)))
            .Where(c => !Equals(c.Old, c.New))], [], []) { NodeChanged = delta.NodeChanged };

    /// <summary>Null: the protocol is not proxied.</summary>
    public static Frontend? Of(Frontend frontend, Func<FrontendKey, (Address Address, int Port)?> portOf)
    {
        if (frontend.Key.Protocol == TransportProtocol.Sctp) return null;
        var port = portOf(frontend.Key);
        TrafficPath Path(TrafficPath path) => path with { First = 0, Count = path.Count > 0 && port is not null ? 1 : 0, Masquerade = false };
        return frontend with
        {
            Backends = port is { } proxy ? [new Backend(proxy.Address, proxy.Port, false, frontend.Provenance)] : [],
            Pods = Path(frontend.Pods),
            Node = Path(frontend.Node),
            Outside = Path(frontend.Outside),
            Affinity = null,
        };
    }
}
