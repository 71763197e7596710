using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>The data planes of one mode on both nodes, each kept at its node's table of the same cluster.</summary>
public sealed class Planes : IDisposable
{
    readonly Lab lab;
    readonly IDataplane[] planes;
    readonly NodeTableState[] states;

    internal Planes(Lab lab, Mode mode)
    {
        (this.lab, Mode) = (lab, mode);
        planes = [.. lab.Nodes.Select(n => (IDataplane)new OnNodeThread(mode, n))];
        states = [.. lab.Nodes.Select(n => new NodeTableState(n.Name))];
    }

    public Mode Mode { get; }

    /// <summary>The cluster as it was last given.</summary>
    public ClusterSnapshot Cluster { get; private set; } = new();

    /// <summary>What the node's data plane was last given.</summary>
    public NodeTable Table(LabNode node) => states[node.Number - 1].Table;

    /// <summary>Brings both nodes to the cluster as an agent does that starts: the whole table, whatever is in the kernel.</summary>
    /// <returns>The number of things that had to change.</returns>
    public int Converge(ClusterSnapshot cluster)
    {
        Cluster = cluster;
        return lab.Nodes.Sum(node =>
        {
            states[node.Number - 1] = new(node.Name);
            states[node.Number - 1].Apply(node.Seen(cluster), cluster.Services.Keys);
            return planes[node.Number - 1].Converge(Table(node));
        });
    }

    /// <summary>Looks both nodes over.</summary>
    /// <returns>The number of things that had to change.</returns>
    public int Converge() => Converge(Cluster);

    /// <summary>Brings both nodes from the cluster they were last given to this one, at the cost of the difference.</summary>
    public void Apply(ClusterSnapshot cluster)
    {
        var changed = Changed(Cluster, cluster);
        Cluster = cluster;
        foreach (var node in lab.Nodes)
        {
            var delta = states[node.Number - 1].Apply(node.Seen(cluster), changed);
            if (!delta.IsEmpty) planes[node.Number - 1].Apply(delta, Table(node));
        }
    }

    /// <summary>A node's agent ends, and another one starts that has yet to be told of the cluster.</summary>
    public void Restart(LabNode node)
    {
        planes[node.Number - 1].Dispose();
        planes[node.Number - 1] = new OnNodeThread(Mode, node);
    }

    /// <summary>See <see cref="IDataplane.Retire"/>.</summary>
    /// <returns>True when nothing is left on either node.</returns>
    public bool Retire() => planes.Count(p => p.Retire()) == planes.Length;

    public void Remove()
    {
        foreach (var plane in planes) plane.Remove();
    }

    static HashSet<ServiceKey> Changed(ClusterSnapshot old, ClusterSnapshot now) =>
    [
        .. old.Services.Keys.Union(now.Services.Keys).Union(old.Slices.Keys).Union(now.Slices.Keys)
            .Where(k => !ReferenceEquals(old.Services.GetValueOrDefault(k), now.Services.GetValueOrDefault(k)) || !ReferenceEquals(old.SlicesOf(k), now.SlicesOf(k))),
    ];

    public void Dispose()
    {
        foreach (var plane in planes) plane.Dispose();
    }
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
