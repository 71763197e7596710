using Fairlead.Cli.Cluster;
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
///                                                          ├─ what the nodes' connection tables tell of new flows
///                                                          └─ led to a proxy of the node (mode userspace): the flow that the proxy begins
/// </code>
/// They are known by their source ports; a datagram says "fairlead trace".
/// </summary>
sealed class LiveProbes(ClusterLayout layout, LiveStand stand, TraceResult result)
{
    // So many are on their way at once: more would fill a small server's queue and look like failures.
    const int AtOnce = 16;

    readonly HashSet<FlowEnd> ends = [.. result.Destinations.Select(d => new FlowEnd(d.Address, d.Port)), .. result.Endpoints.Select(e => new FlowEnd(e.Address, e.Port))];

    /// <param name="number">How many, shared among the destinations as the sender would.</param>
    /// <exception cref="Linux.LinuxException">A namespace or connection table is refused.</exception>
    public async Task<IReadOnlyList<Probe>> SendAsync(int number, CancellationToken cancellation)
    {
        var sockets = stand.Run(() => Enumerable.Range(0, number).Select(i => ProbeSocket.Create(result.Destinations[i % result.Destinations.Length], result.Protocol)).ToArray());
        try
        {
            using var watch = new FlowWatch(layout, result.Protocol);
            await sockets[0].SendAsync(cancellation).ConfigureAwait(false);
            var flows = watch.Drain();
            var proxy = new ProxiedProbes(layout, watch, result);
            if (SourceOf(sockets[0], new(flows.Select(f => f.Flow))) is { } source && proxy.Leads(new FlowChain(flows.Select(f => f.Flow)).Follow(source, Asked(sockets[0])).Destination))
                return await proxy.SendAsync(sockets, flows, cancellation).ConfigureAwait(false);
            await Parallel.ForEachAsync(sockets.Skip(1), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (socket, stop) => await socket.SendAsync(stop).ConfigureAwait(false)).ConfigureAwait(false);
            var remotes = Remotes(result.Destinations[0].Address.IsIPv6);
            var ports = sockets.Select(s => s.SourcePort).Concat(result.Endpoints.Select(e => e.Port)).ToHashSet();
            var chain = new FlowChain(flows.Concat(watch.Drain()).Concat(watch.List(result.Destinations[0].Address.IsIPv6, ports)).Select(f => f.Flow));
            return [.. sockets.Select(s => Seen(s, remotes, chain))];
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }

    static FlowEnd Asked(ProbeSocket socket) => new(socket.Destination.Address, socket.Destination.Port);

    FlowEnd? SourceOf(ProbeSocket socket, FlowChain chain) =>
        socket.SourceAddress is { } address ? new(address, socket.SourcePort) : chain.SenderAt(socket.SourcePort, ends);

    Probe Seen(ProbeSocket socket, Dictionary<FlowEnd, FlowEnd> remotes, FlowChain chain)
    {
        var asked = Asked(socket);
        var probe = new Probe(socket.Outcome, (asked.Address, asked.Port), null, null);
        var named = result.Endpoints.Any(e => e.Address == asked.Address && e.Port == asked.Port);
        if (SourceOf(socket, chain) is not { } source) return named ? probe with { Endpoint = probe.Destination } : probe;
        // The nodes' tables speak of their own loopback addresses, not of a Pod's.
        if (source.Address.IsLoopback && !result.SendsAsNode) return probe with { Endpoint = probe.Destination, Source = source.Address };
        // A connection that is refused has no remote end any more, but its flow was seen.
        var sent = remotes.TryGetValue(source, out var remote) && remote != asked ? remote : chain.FirstSeen(source, asked) ?? asked;
        var (from, to) = chain.Follow(source, sent);
        // Where nothing was translated, only what answers shows that it came to an end and not to a rule that refuses.
        var arrived = to != asked || socket.Outcome == ProbeOutcome.Answered || result.Endpoints.Any(e => e.Address == to.Address && e.Port == to.Port);
        return arrived ? probe with { Endpoint = (to.Address, to.Port), Source = from.Address } : probe;
    }

    /// <summary>The remote end of each socket of the sender's namespace, by its local end.</summary>
    Dictionary<FlowEnd, FlowEnd> Remotes(bool ipv6)
    {
        var table = (result.Protocol == TransportProtocol.Udp ? "udp" : "tcp") + (ipv6 ? "6" : "");
        var remotes = new Dictionary<FlowEnd, FlowEnd>();
        foreach (var entry in stand.Run(() => SocketTable.Read(table)))
        {
            if (entry.Remote.Port > 0) remotes[new(Address.From(entry.Local.Address), entry.Local.Port)] = new(Address.From(entry.Remote.Address), entry.Remote.Port);
        }
        return remotes;
    }
}
