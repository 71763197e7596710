using Fairlead.Cli.Cluster;
using Fairlead.Linux.Conntrack;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Sockets;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Network.Traces;
using Fairlead.Network.Traces.Live;

namespace Fairlead.Cli.Traces.Live;

/// <summary>
/// Sends real connections or datagrams from where a trace's sender is, and sees in the kernel where each went:
/// <code>
/// sockets in the sender's namespace and cgroup ─▶ connect ─┬─ the socket's own remote end (mode ebpf translates there)
///                                                          └─ the nodes' connection tables (all other modes)
/// </code>
/// They are known by their source ports; a datagram says "fairlead trace".
/// </summary>
sealed class LiveProbes(ClusterLayout layout, LiveStand stand)
{
    // So many are on their way at once: more would fill a small server's queue and look like failures.
    const int AtOnce = 16;

    /// <param name="number">How many, shared among the destinations as the sender would.</param>
    /// <exception cref="Linux.LinuxException">A namespace or connection table is refused.</exception>
    public async Task<IReadOnlyList<Probe>> SendAsync(TraceResult result, int number, CancellationToken cancellation)
    {
        var sockets = stand.Run(() => Enumerable.Range(0, number).Select(i => ProbeSocket.Create(result.Destinations[i % result.Destinations.Length], result.Protocol)).ToArray());
        try
        {
            await Parallel.ForEachAsync(sockets, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (socket, stop) => await socket.SendAsync(stop).ConfigureAwait(false)).ConfigureAwait(false);
            var remotes = Remotes(result.Protocol, result.Destinations[0].Address.IsIPv6);
            var chain = new FlowChain(Flows(sockets, result));
            return [.. sockets.Select(s => Seen(s, remotes, chain, result))];
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }

    static Probe Seen(ProbeSocket socket, Dictionary<FlowEnd, FlowEnd> remotes, FlowChain chain, TraceResult result)
    {
        var asked = new FlowEnd(socket.Destination.Address, socket.Destination.Port);
        var probe = new Probe(socket.Outcome, (asked.Address, asked.Port), null, null);
        if (socket.Source is not { } source) return probe;
        var (from, to) = chain.Follow(source, remotes.GetValueOrDefault(source, asked));
        // Where nothing was translated, only what answers shows that it came to an end and not to a rule that refuses.
        var arrived = to != asked || socket.Outcome == ProbeOutcome.Answered || result.Endpoints.Any(e => e.Address == to.Address && e.Port == to.Port);
        return arrived ? probe with { Endpoint = (to.Address, to.Port), Source = from.Address } : probe;
    }

    /// <summary>The remote end of each socket of the sender's namespace, by its local end.</summary>
    Dictionary<FlowEnd, FlowEnd> Remotes(TransportProtocol protocol, bool ipv6)
    {
        var table = (protocol == TransportProtocol.Udp ? "udp" : "tcp") + (ipv6 ? "6" : "");
        var remotes = new Dictionary<FlowEnd, FlowEnd>();
        foreach (var entry in stand.Run(() => SocketTable.Read(table)))
        {
            if (entry.Remote.Port > 0) remotes[new(Address.From(entry.Local.Address), entry.Local.Port)] = new(Address.From(entry.Remote.Address), entry.Remote.Port);
        }
        return remotes;
    }

    /// <summary>What the nodes' connection tables have of the probes; after masquerading the ports may be others, so that all flows of the protocol to an end of the trace count.</summary>
    List<Flow> Flows(IEnumerable<ProbeSocket> sockets, TraceResult result)
    {
        var ports = sockets.Select(s => s.Source?.Port ?? 0).ToHashSet();
        var ends = result.Destinations.Select(d => d.Port).Concat(result.Endpoints.Select(e => e.Port)).ToHashSet();
        var family = (byte)(result.Destinations[0].Address.IsIPv6 ? 10 : 2);
        var found = new List<Flow>();
        foreach (var node in layout.Nodes)
        {
            using var ns = NetworkNamespace.Open(node.Namespace);
            found.AddRange(ns.Run(() =>
            {
                using var table = new ConntrackTable();
                return table.List(family, f => f.Protocol == (byte)result.Protocol && (ports.Contains(f.SourcePort) || ends.Contains(f.DestinationPort)));
            }));
        }
        return found;
    }
}
