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
            if (sockets[0].Source is { } source && proxy.Leads(new FlowChain(flows.Select(f => f.Flow)).Follow(source, Asked(sockets[0])).Destination))
                return await proxy.SendAsync(sockets, flows, cancellation).ConfigureAwait(false);
            await Parallel.ForEachAsync(sockets.Skip(1), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (socket, stop) => await socket.SendAsync(stop).ConfigureAwait(false)).ConfigureAwait(false);
            var remotes = Remotes(result.Destinations[0].Address.IsIPv6);
            var chain = new FlowChain(flows.Concat(watch.Drain()).Select(f => f.Flow));
            return [.. sockets.Select(s => Seen(s, remotes, chain))];
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }

    static FlowEnd Asked(ProbeSocket socket) => new(socket.Destination.Address, socket.Destination.Port);

    Probe Seen(ProbeSocket socket, Dictionary<FlowEnd, FlowEnd> remotes, FlowChain chain)
    {
        var asked = Asked(socket);
        var probe = new Probe(socket.Outcome, (asked.Address, asked.Port), null, null);
        if (socket.Source is not { } source) return probe;
        var (from, to) = chain.Follow(source, remotes.GetValueOrDefault(source, asked));
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
