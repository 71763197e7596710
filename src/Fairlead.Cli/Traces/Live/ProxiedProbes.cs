using System.Diagnostics;
using Fairlead.Cli.Cluster;
using Fairlead.Linux.Conntrack;
using Fairlead.Network.Addresses;
using Fairlead.Network.Traces;
using Fairlead.Network.Traces.Live;

namespace Fairlead.Cli.Traces.Live;

/// <summary>
/// Probes that a proxy on the node accepts, one after another: the flow that the node begins to an endpoint meanwhile is the
/// proxy's. That the proxy accepts is no answer yet; it closes the connection if no endpoint takes it.
/// </summary>
sealed class ProxiedProbes(ClusterLayout layout, FlowWatch watch, TraceResult result)
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300), Quiet = TimeSpan.FromMilliseconds(20);

    readonly Dictionary<Address, string> nodes = layout.Nodes.SelectMany(n => n.Addresses.Select(a => (Address: Address.From(a), n.Name))).ToDictionary(n => n.Address, n => n.Name);
    readonly HashSet<(Address, int)> endpoints = [.. result.Endpoints.Select(e => (e.Address, e.Port))];
    readonly HashSet<(Address, int)> asked = [.. result.Destinations.Select(d => (d.Address, d.Port))];

    /// <summary>A connection that came here came to a proxy: to a port of a node that is neither endpoint nor what was asked for.</summary>
    public bool Leads(FlowEnd to) => nodes.ContainsKey(to.Address) && !endpoints.Contains((to.Address, to.Port)) && !asked.Contains((to.Address, to.Port));

    /// <param name="sockets">The first of them has been sent already.</param>
    /// <param name="first">The flows that began meanwhile.</param>
    public async Task<IReadOnlyList<Probe>> SendAsync(IReadOnlyList<ProbeSocket> sockets, IReadOnlyList<SeenFlow> first, CancellationToken cancellation)
    {
        var probes = new List<Probe>();
        foreach (var socket in sockets)
        {
            var flows = probes.Count == 0 ? [.. first] : new List<SeenFlow>();
            if (probes.Count > 0) await socket.SendAsync(cancellation).ConfigureAwait(false);
            var began = Stopwatch.GetTimestamp();
            do
            {
                flows.AddRange(watch.Drain());
                if (Taken(socket, flows) is not null) break;
                await Task.Delay(1, cancellation).ConfigureAwait(false);
            }
            while (Stopwatch.GetElapsedTime(began) < Patience);
            await socket.HearAsync(Quiet, cancellation).ConfigureAwait(false);
            flows.AddRange(watch.Drain());
            var probe = new Probe(socket.Outcome, (socket.Destination.Address, socket.Destination.Port), null, null);
            probes.Add(Taken(socket, flows) is not { } taken ? probe
                : probe with { Endpoint = (Address.Read(taken.Destination), taken.DestinationPort), Source = Address.Read(taken.ReplyDestination) });
        }
        return probes;
    }

    /// <summary>The flow by which the proxy that took the probe went on. The endpoint that it tried last is the one that took it.</summary>
    Flow? Taken(ProbeSocket socket, List<SeenFlow> flows)
    {
        if (socket.SourceAddress is not { } address) return null;
        var proxy = new FlowChain(flows.Select(f => f.Flow)).Follow(new(address, socket.SourcePort), new(socket.Destination.Address, socket.Destination.Port)).Destination;
        return nodes.TryGetValue(proxy.Address, out var node) ? flows.FindLast(f => f.Node == node && IsProxys(f.Flow))?.Flow : null;
    }

    // Not translated: a client's own flow is.
    bool IsProxys(Flow flow) => endpoints.Contains((Address.Read(flow.Destination), flow.DestinationPort)) && flow.Destination.AsSpan().SequenceEqual(flow.ReplySource);
}
