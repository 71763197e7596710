using Fairlead.Linux.Conntrack;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes;

/// <summary>
/// Finds UDP flows that a change of the table left behind. A client that keeps sending from one port would stay with an
/// endpoint that is gone, for the kernel sees one connection that goes on. TCP ends by itself.
/// </summary>
static class StaleFlows
{
    /// <summary>Deletes what a change left behind; walks the kernel's table only if a UDP frontend lost an endpoint or got its first.</summary>
    /// <exception cref="Fairlead.Linux.LinuxException">The kernel refused.</exception>
    public static void Remove(TableDelta delta, ConntrackTable flows)
    {
        foreach (var ipv6 in (bool[])[false, true])
        {
            var changes = delta.Frontends.Where(c => c.Key.Protocol == TransportProtocol.Udp && c.Key.Address.IsIPv6 == ipv6 && LeavesFlows(c))
                .ToDictionary(c => c.Key);
            if (changes.Count == 0) continue;
            var any = ipv6 ? Address.AnyIPv6 : Address.AnyIPv4;
            flows.Remove((byte)(ipv6 ? 10 : 2), flow =>
                IsStale(flow, changes, Address.Read(flow.Destination)) || IsStale(flow, changes, any), (byte)TransportProtocol.Udp);
        }
    }

    static bool LeavesFlows(FrontendChange change) =>
        change.Old is null or { Backends.IsEmpty: true } || change.Old.Backends.Any(b => !Has(change.New, b.Address, b.Port));

    static bool IsStale(FlowEntry flow, Dictionary<FrontendKey, FrontendChange> changes, Address frontend)
    {
        if (!changes.TryGetValue(new(frontend, TransportProtocol.Udp, flow.DestinationPort), out var change)) return false;
        var (address, port) = (Address.Read(flow.ReplySource), flow.ReplySourcePort);
        if (Has(change.New, address, port)) return false;
        // Sent before the Service had an endpoint, and so to nowhere; or sent to an endpoint that went.
        return address == frontend || Has(change.Old, address, port);
    }

    static bool Has(Frontend? frontend, Address address, int port) =>
        frontend is not null && frontend.Backends.Any(b => b.Address == address && b.Port == port);
}
