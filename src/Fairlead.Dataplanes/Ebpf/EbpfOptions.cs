namespace Fairlead.Dataplanes.Ebpf;

/// <summary>What data plane ebpf is started with.</summary>
/// <param name="Cgroup">
/// The version 2 cgroup in or below which the node's processes and its Pods' run, such as "fairlead/node1"; empty: the root,
/// for a node that is a machine.
/// </param>
public sealed record EbpfOptions(string Cgroup)
{
    /// <summary>
    /// Slots of the Maglev table by which outside traffic chooses its backend, the same on every node; a prime, at least a
    /// hundred times the backends of a Service for shares within 1 %. Null: it is chosen by chance.
    /// </summary>
    public int? MaglevSlots { get; init; }

    /// <summary>Names of the links by which traffic comes from elsewhere. Null: those with an address outside the Pod ranges or a default route.</summary>
    public IReadOnlyList<string>? Uplinks { get; init; }

    /// <summary>How long answers to datagrams are still waited for when another data plane has taken over.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(3);
}
