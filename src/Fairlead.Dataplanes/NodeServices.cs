using Fairlead.Linux.Conntrack;
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
    readonly ConntrackTable flows = new();

    // Data planes that established connections still need.
    readonly List<IDataplane> retiring = [];
    IDataplane? dataplane;
    bool whole = true;

    public NodeServices(string node) => state = new(node);

    /// <summary>The table as of the last <see cref="Update"/>.</summary>
    public NodeTable Table => state.Table;

    /// <summary>Whether a data plane that no longer serves still holds connections.</summary>
    public bool IsRetiring => retiring.Count > 0;

    /// <summary>Makes the next update bring the whole table to the kernel, whatever is there.</summary>
    public void DistrustKernel() => whole = true;

    /// <summary>Resolves what changed and brings it to the kernel. After a failure the next call brings the whole table.</summary>
    /// <param name="changed">Every Service that changed since the last call.</param>
    /// <exception cref="DataplaneException">The kernel refused.</exception>
    public TableDelta Update(ClusterSnapshot snapshot, IEnumerable<ServiceKey> changed)
    {
        var delta = state.Apply(snapshot, changed);
        if (dataplane is null) return delta;
        if (whole || delta.NodeChanged)
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
        StaleFlows.Remove(delta, flows);
        return delta;
    }

    /// <summary>
    /// Serves by another data plane from now on. It takes over before the one in use retires, so that no new connection
    /// finds neither. If the kernel refuses it, the one in use stays.
    /// </summary>
    /// <param name="inherits">The new one is of the same kind: what the one in use put into the kernel is now its own.</param>
    /// <exception cref="DataplaneException">The kernel refused the new one, which is disposed.</exception>
    public void Use(IDataplane next, bool inherits)
    {
        try
        {
            next.Converge(state.Table);
        }
        catch (DataplaneException)
        {
            if (inherits) next.Dispose();
            else Discard(next);
            throw;
        }
        if (inherits) dataplane?.Dispose();
        else if (dataplane is { } old) Retire(old);
        dataplane = next;
        whole = false;
    }

    /// <summary>Takes away what a data plane left, now or as soon as no connection needs it, and disposes of it.</summary>
    public void Retire(IDataplane old)
    {
        retiring.Add(old);
        ContinueRetiring();
    }

    /// <summary>Takes away more of what retired, if connections ended meanwhile. To be called now and then.</summary>
    public void ContinueRetiring() => retiring.RemoveAll(old =>
    {
        if (!old.Retire()) return false;
        old.Dispose();
        return true;
    });

    static void Discard(IDataplane plane)
    {
        try { plane.Remove(); }
        // It could not come in; what it could not take away either it says at the next start.
        catch (DataplaneException) { }
        plane.Dispose();
    }

    /// <summary>What is in the kernel stays.</summary>
    public void Dispose()
    {
        dataplane?.Dispose();
        foreach (var old in retiring) old.Dispose();
        flows.Dispose();
    }
}
