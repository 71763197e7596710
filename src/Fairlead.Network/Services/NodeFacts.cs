using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>What of a node and of the cluster's settings bears on every Service: when it changes, all are resolved anew.</summary>
/// <param name="Zone">The node's label topology.kubernetes.io/zone; null if it has none.</param>
/// <param name="Addresses">In its status and on its links, loopback ones left out.</param>
/// <param name="NodePortAddresses">Those of them on which node ports answer.</param>
public sealed record NodeFacts(
    string Name, string? Zone, ImmutableHashSet<Address> Addresses, ImmutableHashSet<Address> NodePortAddresses, ProxySettings Settings)
{
    const string ZoneLabel = "topology.kubernetes.io/zone";

    /// <summary>The facts of the named node in a snapshot.</summary>
    public static NodeFacts Of(ClusterSnapshot snapshot, string name)
    {
        var node = snapshot.Nodes.GetValueOrDefault(name);
        var primary = ImmutableHashSet.CreateBuilder<Address>();
        foreach (var entry in node?.Status?.Addresses ?? [])
        {
            if (Address.TryParse(entry.Address, out var address) && !address.IsLoopback) primary.Add(address);
        }
        var all = primary.ToImmutable().Union(snapshot.LocalAddresses.Where(a => !a.IsLoopback));
        return new(name, node?.Metadata.Labels?.GetValueOrDefault(ZoneLabel), all, NodePorts(snapshot.Settings, primary.ToImmutable(), all), snapshot.Settings);
    }

    static ImmutableHashSet<Address> NodePorts(ProxySettings settings, ImmutableHashSet<Address> primary, ImmutableHashSet<Address> all)
    {
        if (settings.NodePortOnPrimary) return primary;
        return settings.NodePortAddresses.IsEmpty ? all : [.. all.Where(a => settings.NodePortAddresses.Any(range => range.Contains(a)))];
    }

    public bool Equals(NodeFacts? other) => other is not null && Name == other.Name && Zone == other.Zone
        && Settings == other.Settings && Addresses.SetEquals(other.Addresses) && NodePortAddresses.SetEquals(other.NodePortAddresses);

    public override int GetHashCode() => HashCode.Combine(Name, Zone, Addresses.Count);
}
