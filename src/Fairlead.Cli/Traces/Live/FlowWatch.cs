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
