using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>One node's data plane and the Services that it is kept at, as an agent has them. Works on the node's thread.</summary>
public sealed class NodePlane : IDisposable
{
    readonly Mode mode;
    NodeServices services;
    OnNodeThread plane;

    internal NodePlane(LabNode node, Mode mode)
    {
        (Node, this.mode) = (node, mode);
        services = node.Run(() => new NodeServices(node.Name));
        plane = new(mode, node);
    }

    public LabNode Node { get; }

    /// <summary>The cluster as the node was last given it.</summary>
    public ClusterSnapshot Cluster { get; private set; } = new();

    public NodeTable Table => services.Table;

    /// <summary>Whether its agent has started and not been told of the cluster yet.</summary>
    public bool IsNew { get; private set; } = true;

    /// <summary>Brings the kernel to the cluster as an agent does that starts, whatever is there.</summary>
    /// <returns>The number of things that had to change.</returns>
    public int Converge(ClusterSnapshot cluster) => Node.Run(() =>
    {
        Cluster = cluster;
        services.Dispose();
        services = new NodeServices(Node.Name);
        services.Update(Node.Seen(cluster), cluster.Services.Keys);
        services.Use(plane);
        services.EndStaleFlows();
        IsNew = false;
        return plane.Changed;
    });

    /// <summary>Brings the kernel from the last cluster to this one, at the cost of the difference; a new agent converges.</summary>
    /// <param name="also">Services of which the agent has heard though nothing of them changed.</param>
    public void Apply(ClusterSnapshot cluster, params IEnumerable<ServiceKey> also)
    {
        if (IsNew)
        {
            Converge(cluster);
            return;
        }
        IEnumerable<ServiceKey> changed = [.. Changed(Cluster, cluster), .. also];
        Cluster = cluster;
        Node.Run(() =>
        {
            services.Update(Node.Seen(cluster), changed);
            services.EndStaleFlows();
        });
    }

    /// <summary>The agent ends, and another one starts that has yet to be told of the cluster.</summary>
    public void Restart()
    {
        plane.Dispose();
        plane = new(mode, Node);
        IsNew = true;
    }

    public bool Retire() => plane.Retire();

    public void Remove() => plane.Remove();

    static HashSet<ServiceKey> Changed(ClusterSnapshot old, ClusterSnapshot now) =>
    [
        .. old.Services.Keys.Union(now.Services.Keys).Union(old.Slices.Keys).Union(now.Slices.Keys)
            .Where(k => !ReferenceEquals(old.Services.GetValueOrDefault(k), now.Services.GetValueOrDefault(k)) || !ReferenceEquals(old.SlicesOf(k), now.SlicesOf(k))),
    ];

    public void Dispose()
    {
        plane.Dispose();
        Node.Run(services.Dispose);
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

    /// <summary>What the last <see cref="Converge"/> had to change.</summary>
    public int Changed { get; private set; }

    public int Converge(NodeTable table) => Changed = node.Run(() => inner.Converge(table));
    public void Apply(TableDelta delta, NodeTable table) => node.Run(() => inner.Apply(delta, table));
    public bool Retire() => node.Run(inner.Retire);
    public void Remove() => node.Run(inner.Remove);
    public void Dispose() => node.Run(inner.Dispose);
}
