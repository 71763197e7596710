using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Dataplanes.Iptables;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes;

/// <summary>What the Service data plane of a node is started with.</summary>
/// <param name="Node">Name of the Node that this is.</param>
/// <param name="PodRanges">The cluster's Pod ranges, of all nodes: senders outside them are masqueraded.</param>
public sealed record ServiceDataplaneOptions(string Node, ImmutableArray<AddressRange> PodRanges)
{
    /// <summary>The modes that can be asked for.</summary>
    public IReadOnlyList<DataplaneEntry> Catalog { get; init; } = DataplaneCatalog.All;

    /// <summary>The version 2 cgroup in or below which the node's own processes and its Pods' run, such as "fairlead/node1"; empty: the root.</summary>
    public string Cgroup { get; init; } = "";

    /// <summary>Which iptables mode iptables writes to; null: the one that the node uses already, see <see cref="VariantDetection"/>.</summary>
    public IptablesVariant? IptablesVariant { get; init; }

    /// <summary>Runs work in the node's network namespace; the process's own if not given.</summary>
    public Action<Action> InNode { get; init; } = work => work();

    /// <summary>Receives one line for each change of mode and for each failed attempt to apply; the next attempt follows with a pause.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>The Node as the subject of an Event.</summary>
    internal ObjectReference NodeReference => new() { Kind = "Node", ApiVersion = "v1", Name = Node, Uid = Node };
}
