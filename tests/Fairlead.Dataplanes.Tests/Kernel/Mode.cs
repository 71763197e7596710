namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>Which source address a backend sees.</summary>
public enum SourceSeen
{
    /// <summary>As the table says: the sender's own, or the node's where it is to be masqueraded.</summary>
    AsTheTableSays,

    /// <summary>Always the node's: the node itself opens the connection to the backend.</summary>
    AlwaysTheNodes,

    /// <summary>
    /// As the table says for senders outside. A Pod's or the node's own connection goes straight to the backend, so that there
    /// is nothing to masquerade: the sender's own address is as good.
    /// </summary>
    OwnWithinTheCluster,
}

/// <summary>Somebody else's hand in a data plane's rules.</summary>
/// <param name="Do">Runs on the node's thread.</param>
/// <param name="SeenByApply">Whether it is so rough that the next change must notice; else the next look does.</param>
public sealed record Disturbance(string Name, Action<LabNode> Do, bool SeenByApply = false);

/// <summary>A kind of data plane, and what is different about it by its nature. What is not said here it does as every other.</summary>
/// <param name="Name">As in KubeProxyConfiguration.</param>
/// <param name="Create">Makes the data plane of a node; runs on the node's thread.</param>
public sealed record Mode(string Name, Func<LabNode, IDataplane> Create)
{
    /// <summary>Why it can't run on this machine, or null.</summary>
    public Func<string?> Missing { get; init; } = () => null;

    /// <summary>Whether it runs on another kernel, in a lane of its own: only where FAIRLEAD_MODES names it.</summary>
    public bool HasLane { get; init; }

    public SourceSeen Source { get; init; }

    /// <summary>Whether it carries SCTP.</summary>
    public bool Sctp { get; init; } = true;

    /// <summary>Whether established connections live on when the agent ends.</summary>
    public bool OutlivesTheAgent { get; init; } = true;

    /// <summary>Whether each new connection's endpoint is drawn by chance, however the table changed since the last.</summary>
    public bool PicksByChance { get; init; } = true;

    /// <summary>
    /// Whether a client is remembered for all addresses of a Service port together. Of two first connections at the same moment to
    /// two of them one then loses its endpoint.
    /// </summary>
    public bool SharesAffinity { get; init; }

    /// <summary>
    /// Makes the node's kernel remember an ended flow of datagrams for so long, of a mode that remembers a client also for as long
    /// as a connection of its, minutes after TCP's end; null: the timeout of sessionAffinity alone counts. Runs on the node's thread.
    /// </summary>
    public Action<TimeSpan>? RememberDatagrams { get; init; }

    public IReadOnlyList<Disturbance> Disturbances { get; init; } = [];

    /// <summary>Its differences in words, for docs/SERVICES.md.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    public override string ToString() => Name;
}
