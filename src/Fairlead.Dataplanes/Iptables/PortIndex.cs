using System.Collections.Immutable;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>The frontends of one family, by the port of the Service that they belong to. Owned by one applier.</summary>
sealed class PortIndex
{
    readonly Dictionary<ServicePortId, ImmutableArray<Frontend>> ports = [];
    readonly bool ipv6;

    public PortIndex(NodeTable table, IptablesFamily family)
    {
        ipv6 = family.IsIPv6;
        foreach (var group in table.Frontends.Values.Where(f => f.Key.Address.IsIPv6 == ipv6).GroupBy(ServicePortId.Of)) ports[group.Key] = [.. group];
    }

    /// <summary>All ports in a fixed order.</summary>
    public IReadOnlyList<KeyValuePair<ServicePortId, ImmutableArray<Frontend>>> Ports =>
        [.. ports.OrderBy(p => p.Key.Service).ThenBy(p => p.Key.Name, StringComparer.Ordinal).ThenBy(p => p.Key.Protocol)];

    /// <summary>Brings the index up to date; each port of which a frontend changed, as it was and as it is.</summary>
    public IReadOnlyList<(ServicePortId Port, ImmutableArray<Frontend> Old, ImmutableArray<Frontend> New)> Apply(TableDelta delta)
    {
        var before = new Dictionary<ServicePortId, ImmutableArray<Frontend>>();
        foreach (var change in delta.Frontends)
        {
            if (change.Key.Address.IsIPv6 != ipv6) continue;
            if (change.Old is { } old) Replace(ServicePortId.Of(old), old.Key, null, before);
            if (change.New is { } now) Replace(ServicePortId.Of(now), now.Key, now, before);
        }
        return [.. before.Select(b => (b.Key, b.Value, ports.GetValueOrDefault(b.Key, [])))];
    }

    void Replace(ServicePortId port, FrontendKey key, Frontend? by, Dictionary<ServicePortId, ImmutableArray<Frontend>> before)
    {
        var old = ports.GetValueOrDefault(port, []);
        before.TryAdd(port, old);
        var now = old.RemoveAll(f => f.Key == key);
        if (by is not null) now = now.Add(by);
        if (now.IsEmpty) ports.Remove(port);
        else ports[port] = now;
    }
}
