using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>Whose packet it is, as far as one node can tell by its source address.</summary>
public enum SenderClass
{
    /// <summary>An address within the Pod ranges.</summary>
    Pod,

    /// <summary>This node itself.</summary>
    Node,

    /// <summary>Everybody else, other nodes among them.</summary>
    Outside,
}

/// <summary>All Services as one node must serve them. Immutable; compares by value.</summary>
public sealed record NodeTable
{
    public static readonly NodeTable Empty = new();

    /// <summary>The cluster's Pod ranges; a sender within them is a Pod.</summary>
    public ImmutableArray<AddressRange> PodRanges { get; init; } = [];

    /// <summary>The node's own addresses, as its Node object and its links have them.</summary>
    public ImmutableHashSet<Address> NodeAddresses { get; init; } = [];

    /// <summary>Those of the node's addresses on which node ports answer; never a loopback address.</summary>
    public ImmutableHashSet<Address> NodePortAddresses { get; init; } = [];

    /// <summary>Whether node ports also answer the node itself on 127.0.0.0/8, masqueraded.</summary>
    public bool LocalhostNodePorts { get; init; }

    /// <summary>What is answered on each healthCheckNodePort.</summary>
    public ImmutableDictionary<int, HealthCheck> HealthChecks { get; init; } = ImmutableDictionary<int, HealthCheck>.Empty;

    public ImmutableDictionary<FrontendKey, Frontend> Frontends { get; init; } = ImmutableDictionary<FrontendKey, Frontend>.Empty;

    /// <summary>
    /// Addresses of backends that are, or may be, on this node. A packet that comes back to its sender through a Service is masqueraded, else
    /// the answer would bypass this node and be taken for a stranger's.
    /// </summary>
    public ImmutableHashSet<Address> Hairpin { get; init; } = [];

    /// <summary>Which of a frontend's ways a sender's packets take, by the sender's address.</summary>
    public TrafficPath PathFor(Frontend frontend, Address source) => SenderOf(source) switch
    {
        SenderClass.Pod => frontend.Pods,
        SenderClass.Node => frontend.Node,
        _ => frontend.Outside,
    };

    /// <summary>The backends that a sender's connections may go to.</summary>
    public ReadOnlyMemory<Backend> BackendsFor(Frontend frontend, Address source)
    {
        var path = PathFor(frontend, source);
        return frontend.Backends.AsMemory().Slice(path.First, path.Count);
    }

    public SenderClass SenderOf(Address source)
    {
        foreach (var range in PodRanges)
        {
            if (range.Contains(source)) return SenderClass.Pod;
        }
        return NodeAddresses.Contains(source) || source.IsLoopback ? SenderClass.Node : SenderClass.Outside;
    }

    public bool Equals(NodeTable? other) => other is not null
        && PodRanges.AsSpan().SequenceEqual(other.PodRanges.AsSpan())
        && NodeAddresses.SetEquals(other.NodeAddresses)
        && !TableDelta.ChangesNode(this, other)
        && HealthChecks.Count == other.HealthChecks.Count && HealthChecks.All(h => other.HealthChecks.TryGetValue(h.Key, out var check) && check == h.Value)
        && TableDelta.Between(this, other).IsEmpty;

    public override int GetHashCode() => HashCode.Combine(Frontends.Count, Hairpin.Count);
}
