using System.Collections.Immutable;
using Fairlead.Linux.Conntrack;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes;

/// <summary>
/// Ends flows of UDP and SCTP that go where nobody serves any more. A client that keeps sending from one port would stay with
/// an endpoint that is gone, for the kernel sees one flow that goes on; so would an SCTP client that begins anew from the port
/// of its last association. TCP ends by itself. Flows to addresses that are no frontend are not touched. Works in the network
/// namespace of the thread that made it. One caller at a time.
/// </summary>
/// <remarks>
/// At first, and after a failure, every flow to a frontend that none of its backends answers is stale: it is left from a time
/// when nobody looked. Later a change says which flows it left. The difference matters where another answers in the backends'
/// place, as the proxy of mode userspace does: what a proxy of an earlier process relayed is stale, what this one's does is not.
/// </remarks>
/// <param name="few">Among so many flows it is quicker to be told of all in one walk of the kernel's than of some in several.</param>
sealed class StaleFlows(int few = 4096) : IDisposable
{
    /// <summary>What changes of one frontend left behind.</summary>
    sealed class Left(FrontendKey key)
    {
        public FrontendKey Key => key;

        /// <summary>Backends that it has lost.</summary>
        public HashSet<(Address Address, int Port)> Gone { get; } = [];

        /// <summary>It had no backend, so that flows to it went to nobody.</summary>
        public bool WasEmpty { get; set; }
    }

    // To ask for more than so many kinds of flows takes longer than to be told of all.
    const int MostFilters = 8;

    const byte BothFamilies = 0;

    static readonly ImmutableArray<TransportProtocol> Protocols = [TransportProtocol.Udp, TransportProtocol.Sctp];

    readonly ConntrackTable flows = new();
    readonly Dictionary<FrontendKey, Left> noted = [];
    bool anythingMayBeStale = true;

    /// <summary>Notes what a change of the table leaves behind.</summary>
    public void Note(TableDelta delta)
    {
        foreach (var change in delta.Frontends.Where(c => Protocols.Contains(c.Key.Protocol)))
        {
            var (wasEmpty, gone) = (change.Old is null or { Backends.IsEmpty: true }, Gone(change));
            if (!wasEmpty && gone.Count == 0) continue;
            if (!noted.TryGetValue(change.Key, out var left)) noted[change.Key] = left = new(change.Key);
            left.WasEmpty |= wasEmpty;
            left.Gone.UnionWith(gone);
        }
    }

    /// <summary>Ends the flows that what was noted left behind, in a kernel that has the table.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="Fairlead.Linux.LinuxException">The kernel refused; the next call looks at every flow.</exception>
    public int End(NodeTable table)
    {
        var all = anythingMayBeStale;
        anythingMayBeStale = true;
        var count = (all ? table.Frontends.Keys : noted.Keys).Any(k => Protocols.Contains(k.Protocol)) ? flows.Count() : 0;
        var ended = count == 0 ? 0 : count <= few ? EndAmongFew(table, all) : EndByKind(table, all);
        noted.Clear();
        anythingMayBeStale = false;
        return ended;
    }

    int EndAmongFew(NodeTable table, bool all) => flows.Remove(
        BothFamilies, flow => Protocols.Contains((TransportProtocol)flow.Protocol) && (all ? IsUnanswered(table, flow) : IsLeft(table, flow)));

    int EndByKind(NodeTable table, bool all) =>
        Protocols.Sum(protocol => ((bool[])[false, true]).Sum(ipv6 => all ? EndUnanswered(table, protocol, ipv6) : EndLeft(table, protocol, ipv6)));

    int EndUnanswered(NodeTable table, TransportProtocol protocol, bool ipv6) =>
        table.Frontends.Keys.Any(k => k.Protocol == protocol && k.Address.IsIPv6 == ipv6)
            ? flows.Remove(Family(ipv6), flow => IsUnanswered(table, flow), new FlowFilter((byte)protocol))
            : 0;

    int EndLeft(NodeTable table, TransportProtocol protocol, bool ipv6)
    {
        var filters = noted.Values.Where(l => l.Key.Protocol == protocol && l.Key.Address.IsIPv6 == ipv6)
            .SelectMany(l => Ends(l, table.Frontends.GetValueOrDefault(l.Key))).Distinct().Take(MostFilters + 1).ToList();
        if (filters.Count == 0) return 0;
        return flows.Remove(
            Family(ipv6), flow => IsLeft(table, flow), filters.Count > MostFilters ? [new FlowFilter((byte)protocol)] : [.. filters.Select(f => Filter(protocol, f))]);
    }

    static bool IsUnanswered(NodeTable table, FlowEntry flow) =>
        Find(table.Frontends, table, flow) is { } frontend && !frontend.HasBackend(Address.Read(flow.ReplySource), flow.ReplySourcePort);

    bool IsLeft(NodeTable table, FlowEntry flow) => Find(noted, table, flow) is { } left && IsLeft(left, table, flow);

    static bool IsLeft(Left left, NodeTable table, FlowEntry flow)
    {
        var now = table.Frontends.GetValueOrDefault(left.Key);
        if (now is null or { Backends.IsEmpty: true }) return true;
        var (answerer, port) = (Address.Read(flow.ReplySource), flow.ReplySourcePort);
        return !now.HasBackend(answerer, port) && (left.Gone.Contains((answerer, port)) || (left.WasEmpty && !flow.IsTranslated));
    }

    /// <summary>What is said of the frontend that a flow was sent to: of its address, or of a node port if that is the node's.</summary>
    static T? Find<T>(IReadOnlyDictionary<FrontendKey, T> said, NodeTable table, FlowEntry flow) where T : class
    {
        var protocol = (TransportProtocol)flow.Protocol;
        var destination = Address.Read(flow.Destination);
        if (said.TryGetValue(new(destination, protocol, flow.DestinationPort), out var found)) return found;
        var isNodes = table.NodePortAddresses.Contains(destination) || (table.LocalhostNodePorts && !destination.IsIPv6 && destination.IsLoopback);
        return isNodes ? said.GetValueOrDefault(new(Any(destination.IsIPv6), protocol, flow.DestinationPort)) : null;
    }

    /// <summary>Where the flows begin or end of which some may be left behind.</summary>
    static IEnumerable<(bool IsAnswerer, Address Address, int Port)> Ends(Left left, Frontend? now) =>
        left.WasEmpty || now is null or { Backends.IsEmpty: true } ? [(false, left.Key.Address, left.Key.Port)] : left.Gone.Select(g => (true, g.Address, g.Port));

    static FlowFilter Filter(TransportProtocol protocol, (bool IsAnswerer, Address Address, int Port) end) => end.IsAnswerer
        ? new((byte)protocol) { ReplySource = end.Address.ToBytes(), ReplySourcePort = end.Port }
        : new((byte)protocol) { Destination = end.Address.IsAny ? null : end.Address.ToBytes(), DestinationPort = end.Port };

    static HashSet<(Address, int)> Gone(FrontendChange change)
    {
        var gone = change.Old?.Backends.Select(b => (b.Address, b.Port)).ToHashSet() ?? [];
        if (change.New is not null) gone.ExceptWith(change.New.Backends.Select(b => (b.Address, b.Port)));
        return gone;
    }

    static Address Any(bool ipv6) => ipv6 ? Address.AnyIPv6 : Address.AnyIPv4;

    static byte Family(bool ipv6) => (byte)(ipv6 ? 10 : 2);

    public void Dispose() => flows.Dispose();
}
