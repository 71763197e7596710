using Fairlead.Network.Services;

namespace Fairlead.Dataplanes;

/// <summary>
/// The Services of one node in one kernel: resolves what changed, hands it to the data plane in use, and ends flows that the
/// change left behind. Data planes are exchanged while traffic flows. Works in the network namespace of the thread that made
/// it. One caller at a time.
/// </summary>
public sealed class NodeServices : IDisposable
{
    readonly NodeTableState state;
    readonly StaleFlows flows = new();

    IDataplane? dataplane;
    bool whole = true;

    public NodeServices(string node) => state = new(node);

    /// <summary>The table as of the last <see cref="Update"/>.</summary>
    public NodeTable Table => state.Table;

    /// <summary>Whether the last <see cref="Update"/>, or a <see cref="Use"/> since, brought the whole table to the kernel.</summary>
    public bool LastWasWhole { get; private set; }

    /// <summary>Makes the next update bring the whole table to the kernel, whatever is there.</summary>
    public void DistrustKernel() => whole = true;

    /// <summary>Resolves what changed and brings it to the kernel. After a failure the next call brings the whole table.</summary>
    /// <param name="changed">Every Service that changed since the last call.</param>
    /// <exception cref="DataplaneException">The kernel refused.</exception>
    public TableDelta Update(ClusterSnapshot snapshot, IEnumerable<ServiceKey> changed)
    {
        var delta = state.Apply(snapshot, changed);
        flows.Note(delta);
        if (dataplane is null) return delta;
        LastWasWhole = whole || delta.NodeChanged;
        if (LastWasWhole)
        {
            whole = true;
            dataplane.Converge(state.Table);
        }
        else if (!delta.IsEmpty)
        {
            whole = true;
            dataplane.Apply(delta, state.Table);
        }
        whole = false;
        return delta;
    }

    /// <summary>Serves by another data plane from now on, which has the whole table when this returns.</summary>
    /// <returns>The one in use until now, which still serves beside it: whether to retire it is the caller's to say.</returns>
    /// <exception cref="DataplaneException">The kernel refused the new one; the one in use stays.</exception>
    public IDataplane? Use(IDataplane next)
    {
        next.Converge(state.Table);
        var old = dataplane;
        dataplane = next;
        (whole, LastWasWhole) = (false, true);
        return old;
    }

    /// <summary>
    /// Ends flows that updates left behind, once there is a data plane that takes them over; the first time also those that
    /// changed while no agent ran. To be called after <see cref="Update"/> and <see cref="Use"/>: what it cannot do keeps nobody
    /// from being served.
    /// </summary>
    /// <exception cref="Fairlead.Linux.LinuxException">The kernel refused; the next call tries again.</exception>
    public void EndStaleFlows()
    {
        if (dataplane is not null) flows.End(state.Table);
    }

    /// <summary>What is in the kernel stays, and the data plane in use is the caller's to dispose of.</summary>
    public void Dispose() => flows.Dispose();
}
