using Fairlead.Cli.Cluster;
using Fairlead.Linux.Conntrack;
using Fairlead.Linux.Namespaces;
using Fairlead.Network.Services;

namespace Fairlead.Cli.Traces.Live;

/// <summary>A flow, and the node in whose connection table it is.</summary>
sealed record SeenFlow(string Node, Flow Flow);

/// <summary>Listens to the flows of one protocol that begin on any node of a local cluster.</summary>
sealed class FlowWatch(ClusterLayout layout, TransportProtocol protocol) : IDisposable
{
    readonly List<(NodeLayout Node, ConntrackEvents Events)> nodes = [.. layout.Nodes.Select(n => (n, Watch(n)))];

    /// <summary>Those that have begun since this was made or last drained, each with the node that saw it.</summary>
    public IReadOnlyList<SeenFlow> Drain() => [.. nodes.SelectMany(n => n.Events.Drain().Where(f => f.Protocol == (byte)protocol).Select(f => new SeenFlow(n.Node.Name, f)))];

    /// <summary>
    /// Those that the tables hold now and that begin or end at one of these ports. Entries that a BPF program makes are
    /// told of by nobody.
    /// </summary>
    public IReadOnlyList<SeenFlow> List(bool ipv6, IReadOnlySet<int> ports) => [.. layout.Nodes.SelectMany(n => List(n, ipv6, ports))];

    IEnumerable<SeenFlow> List(NodeLayout node, bool ipv6, IReadOnlySet<int> ports)
    {
        using var ns = NetworkNamespace.Open(node.Namespace);
        return ns.Run(() =>
        {
            using var table = new ConntrackTable();
            return table.List((byte)(ipv6 ? 10 : 2), f => ports.Contains(f.SourcePort) || ports.Contains(f.DestinationPort), new FlowFilter((byte)protocol));
        }).Select(f => new SeenFlow(node.Name, f)).ToList();
    }

    public void Dispose()
    {
        foreach (var (_, events) in nodes) events.Dispose();
    }

    static ConntrackEvents Watch(NodeLayout node)
    {
        using var ns = NetworkNamespace.Open(node.Namespace);
        return ns.Run(() => new ConntrackEvents());
    }
}
