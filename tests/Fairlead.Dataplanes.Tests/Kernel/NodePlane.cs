using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>One node's data plane and the table that it is kept at. Every call to the data plane runs on the node's thread.</summary>
public sealed class NodePlane : IDisposable
{
    readonly Mode mode;
    NodeTableState state;
    IDataplane plane;

    internal NodePlane(LabNode node, Mode mode)
    {
        (Node, this.mode, state) = (node, mode, new(node.Name));
        plane = new OnNodeThread(mode, node);
    }

    public LabNode Node { get; }

    /// <summary>The cluster as the node was last given it.</summary>
    public ClusterSnapshot Cluster { get; private set; } = new();

    public NodeTable Table => state.Table;

    /// <summary>Whether its agent has started and not been told of the cluster yet.</summary>
    public bool IsNew { get; private set; } = true;

    /// <summary>Brings the kernel to the cluster as an agent does that starts, whatever is there.</summary>
    /// <returns>The number of things that had to change.</returns>
    public int Converge(ClusterSnapshot cluster)
    {
        (Cluster, state) = (cluster, new(Node.Name));
        state.Apply(Node.Seen(cluster), cluster.Services.Keys);
        IsNew = false;
        return plane.Converge(Table);
    }

    /// <summary>Brings the kernel from the last cluster to this one, at the cost of the difference; a new agent converges.</summary>
    /// <param name="also">Services of which the agent has heard though nothing of them changed.</param>
    public void Apply(ClusterSnapshot cluster, params IEnumerable<ServiceKey> also)
    {
        if (IsNew)
        {
            Converge(cluster);
            return;
        }
        var delta = state.Apply(Node.Seen(cluster), [.. Changed(Cluster, cluster), .. also]);
        Cluster = cluster;
        if (!delta.IsEmpty) plane.Apply(delta, Table);
    }

    /// <summary>The agent ends, and another one starts that has yet to be told of the cluster.</summary>
    public void Restart()
    {
        plane.Dispose();
        plane = new OnNodeThread(mode, Node);
        IsNew = true;
    }

    public bool Retire() => plane.Retire();

    public void Remove() => plane.Remove();

    static HashSet<ServiceKey> Changed(ClusterSnapshot old, ClusterSnapshot now) =>
    [
        .. old.Services.Keys.Union(now.Services.Keys).Union(old.Slices.Keys).Union(now.Slices.Keys)
            .Where(k => !ReferenceEquals(old.Services.GetValueOrDefault(k), now.Services.GetValueOrDefault(k)) || !ReferenceEquals(old.SlicesOf(k), now.SlicesOf(k))),
    ];

    public void Dispose() => plane.Dispose();
}

/// <summary>A node's data plane whose every call runs on the node's thread.</summary>
public sealed class OnNodeThread : IDataplane
{
    readonly LabNode node;
    readonly IDataplane inner;

    public OnNodeThread(Mode mode, LabNode node)
    {
        this.node = node;
        inner = node.Run(() => mode.Create(node));
    }

    public int Converge(NodeTable table) => node.Run(() => inner.Converge(table));
    public void Apply(TableDelta delta, NodeTable table) => node.Run(() => inner.Apply(delta, table));
    public bool Retire() => node.Run(inner.Retire);
    public void Remove() => node.Run(inner.Remove);
    public void Dispose() => node.Run(inner.Dispose);
}
