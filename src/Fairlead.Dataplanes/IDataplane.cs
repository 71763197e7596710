using Fairlead.Network.Services;

namespace Fairlead.Dataplanes;

/// <summary>
/// One way to serve a node's table of Services: nftables, iptables, IPVS, userspace, eBPF. Works in the network namespace of
/// the calling thread, which is always the same. One caller at a time.
/// </summary>
/// <remarks>
/// What it put into the kernel stays when it is disposed, so that traffic flows while the agent restarts; the next one adopts
/// it. <see cref="Retire"/> and <see cref="Remove"/> take it away. It never touches what others put there.
/// </remarks>
public interface IDataplane : IDisposable
{
    /// <summary>Brings the kernel to the table from any state that it may be in; only what differs is changed.</summary>
    /// <returns>The number of things that had to change: 0 at once after another call.</returns>
    /// <exception cref="DataplaneException">The kernel, or a program that speaks to it, refused.</exception>
    int Converge(NodeTable table);

    /// <summary>
    /// Applies a change to what is there, at the cost of the change. If the kernel's state is not what it was left as, converges
    /// to the whole table.
    /// </summary>
    /// <param name="table">The whole table after the change.</param>
    /// <exception cref="DataplaneException">As <see cref="Converge"/>.</exception>
    void Apply(TableDelta delta, NodeTable table);

    /// <summary>
    /// Another data plane serves from now on: stop taking new connections, and take away all that established ones do not need.
    /// </summary>
    /// <returns>
    /// True when nothing of it is left; false: established connections still need the rest, so call again later. Until then
    /// <see cref="Converge"/> brings it back into service.
    /// </returns>
    bool Retire();

    /// <summary>Takes everything away at once, whatever breaks.</summary>
    void Remove();
}
