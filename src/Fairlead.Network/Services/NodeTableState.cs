using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>
/// Keeps the table of one node up to date Service by Service; the result is always that of
/// <see cref="ServiceResolver.Resolve"/>. Owned by one loop.
/// </summary>
public sealed class NodeTableState(string node)
{
    sealed record Claim(DateTimeOffset? Created, ServiceKey Service, Frontend Frontend) : IComparable<Claim>
    {
        public int CompareTo(Claim? other)
        {
            if (other is null) return 1;
            var byAge = Comparer<DateTimeOffset?>.Default.Compare(Created, other.Created);
            return byAge != 0 ? byAge : Service.CompareTo(other.Service);
        }
    }

    readonly Dictionary<ServiceKey, ImmutableArray<FrontendKey>> keysOf = [];
    readonly Dictionary<FrontendKey, SortedSet<Claim>> claims = [];
    readonly Dictionary<Address, int> localUses = [];

    /// <summary>The table as of the last <see cref="Apply"/>.</summary>
    public NodeTable Table { get; private set; } = NodeTable.Empty;

    /// <summary>Resolves the named Services anew and gives what that changed.</summary>
    /// <param name="snapshot">The objects as they are now.</param>
    /// <param name="changed">Every Service of which the object or a slice changed since the last call, in any order.</param>
    public TableDelta Apply(ClusterSnapshot snapshot, IEnumerable<ServiceKey> changed)
    {
        var touched = new HashSet<FrontendKey>();
        foreach (var service in changed) Replace(snapshot, service, touched);

        var frontends = Table.Frontends.ToBuilder();
        var changes = ImmutableArray.CreateBuilder<FrontendChange>();
        var hairpin = new Dictionary<Address, bool>();
        foreach (var key in touched)
        {
            var old = frontends.GetValueOrDefault(key);
            var now = claims.TryGetValue(key, out var all) ? all.Min!.Frontend : null;
            if (Equals(old, now)) continue;
            changes.Add(new(old, now));
            Count(old, -1, hairpin);
            Count(now, +1, hairpin);
            if (now is null) frontends.Remove(key);
            else frontends[key] = now;
        }
        var added = hairpin.Keys.Where(a => localUses.ContainsKey(a) && !Table.Hairpin.Contains(a)).ToImmutableArray();
        var removed = hairpin.Keys.Where(a => !localUses.ContainsKey(a) && Table.Hairpin.Contains(a)).ToImmutableArray();
        Table = new()
        {
            PodRanges = snapshot.PodRanges,
            NodeAddresses = ServiceResolver.NodeAddresses(snapshot, node),
            Frontends = frontends.ToImmutable(),
            Hairpin = Table.Hairpin.Union(added).Except(removed),
        };
        return new(changes.ToImmutable(), added, removed);
    }

    void Replace(ClusterSnapshot snapshot, ServiceKey key, HashSet<FrontendKey> touched)
    {
        if (keysOf.Remove(key, out var old))
        {
            foreach (var frontend in old)
            {
                touched.Add(frontend);
                var left = claims[frontend];
                left.RemoveWhere(c => c.Service == key);
                if (left.Count == 0) claims.Remove(frontend);
            }
        }
        if (!snapshot.Services.TryGetValue(key, out var service)) return;
        var now = ServiceResolver.ResolveService(service, snapshot.SlicesOf(key).Values, node);
        if (now.IsEmpty) return;
        foreach (var frontend in now)
        {
            touched.Add(frontend.Key);
            if (!claims.TryGetValue(frontend.Key, out var set)) claims[frontend.Key] = set = [];
            // A Service that names one address twice claims it once, as its first field says.
            set.Add(new(service.Metadata.CreationTimestamp, key, frontend));
        }
        keysOf[key] = [.. now.Select(f => f.Key).Distinct()];
    }

    void Count(Frontend? frontend, int by, Dictionary<Address, bool> seen)
    {
        if (frontend is null) return;
        foreach (var backend in frontend.Backends)
        {
            if (!backend.IsLocal) continue;
            seen[backend.Address] = true;
            var uses = localUses.GetValueOrDefault(backend.Address) + by;
            if (uses == 0) localUses.Remove(backend.Address);
            else localUses[backend.Address] = uses;
        }
    }
}
