using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>The data planes of one mode on both nodes.</summary>
public sealed class Planes : IDisposable
{
    internal Planes(Lab lab, Mode mode) => (Mode, Nodes) = (mode, [.. lab.Nodes.Select(n => new NodePlane(n, mode))]);

    public Mode Mode { get; }

    public IReadOnlyList<NodePlane> Nodes { get; }

    public NodePlane On(LabNode node) => Nodes[node.Number - 1];

    /// <summary>Brings both nodes to a cluster; see <see cref="NodePlane.Converge"/>.</summary>
    public int Converge(ClusterSnapshot cluster) => Nodes.Sum(n => n.Converge(cluster));

    /// <summary>Looks both nodes over.</summary>
    /// <returns>The number of things that had to change.</returns>
    public int Converge() => Nodes.Sum(n => n.Converge(n.Cluster));

    /// <summary>Brings both nodes to a cluster; see <see cref="NodePlane.Apply"/>.</summary>
    public void Apply(ClusterSnapshot cluster)
    {
        foreach (var node in Nodes) node.Apply(cluster);
    }

    /// <summary>The agents of both nodes end, and new ones start.</summary>
    public void Restart()
    {
        foreach (var node in Nodes) node.Restart();
    }

    /// <summary>See <see cref="IDataplane.Retire"/>.</summary>
    /// <returns>True when nothing is left on either node.</returns>
    public bool Retire() => Nodes.Count(n => n.Retire()) == Nodes.Count;

    public void Remove()
    {
        foreach (var node in Nodes) node.Remove();
    }

    public void Dispose()
    {
        foreach (var node in Nodes) node.Dispose();
    }
}
