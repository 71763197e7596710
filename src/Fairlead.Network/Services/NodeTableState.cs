using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>
/// Keeps the table of one node up to date Service by Service; the result is always that of
/// <see cref="ServiceResolver.Resolve"/>. Owned by one loop.
/// </summary>
public sealed class NodeTableState(string node)
{
    const int Many = 256;

    readonly Claims<FrontendKey, Frontend> frontendClaims = new();
    readonly Claims<int, HealthCheck> checkClaims = new();
    readonly Dictionary<Address, int> localUses = [];
    NodeFacts? facts;

    /// <summary>The table as of the last <see cref="Apply"/>.</summary>
    public NodeTable Table { get; private set; } = NodeTable.Empty;

    /// <summary>Resolves the named Services anew, or all if the node or the settings changed, and gives what that changed.</summary>
    /// <param name="snapshot">The objects as they are now.</param>
    /// <param name="changed">Every Service of which the object or a slice changed since the last call, in any order.</param>
    public TableDelta Apply(ClusterSnapshot snapshot, IEnumerable<ServiceKey> changed)
    {
        var now = NodeFacts.Of(snapshot, node);
        if (facts is not null && facts != now) changed = changed.Union(snapshot.Services.Keys);
        facts = now;

        var (touched, touchedChecks) = (new HashSet<FrontendKey>(), new HashSet<int>());
        foreach (var (service, asked) in Resolved(snapshot, [.. changed])) Replace(snapshot, service, asked, touched, touchedChecks);

        var old = Table;
        var hairpin = new HashSet<Address>();
        var (frontends, changes) = Changes(touched, hairpin);
        var added = hairpin.Where(a => localUses.ContainsKey(a) && !old.Hairpin.Contains(a)).ToImmutableArray();
        var removed = hairpin.Where(a => !localUses.ContainsKey(a) && old.Hairpin.Contains(a)).ToImmutableArray();
        Table = ServiceResolver.TableOf(snapshot, facts) with
        {
            Frontends = frontends,
            Hairpin = old.Hairpin.Union(added).Except(removed),
            HealthChecks = HealthChecks(touchedChecks),
        };
        return new(changes, added, removed) { NodeChanged = TableDelta.ChangesNode(old, Table) };
    }

    /// <summary>Each Service is resolved by itself: a new agent does so with thousands at once, on all processors.</summary>
    IEnumerable<(ServiceKey Service, ImmutableArray<Frontend> Asked)> Resolved(ClusterSnapshot snapshot, IReadOnlyList<ServiceKey> keys)
    {
        var now = facts!;
        return keys.Count < Many ? keys.Select(One) : keys.AsParallel().AsOrdered().Select(One);

        (ServiceKey, ImmutableArray<Frontend>) One(ServiceKey key) =>
            (key, snapshot.Services.GetValueOrDefault(key) is { } service ? ServiceResolver.ResolveService(service, snapshot.SlicesOf(key).Values, now) : []);
    }

    void Replace(ClusterSnapshot snapshot, ServiceKey key, ImmutableArray<Frontend> asked, HashSet<FrontendKey> touched, HashSet<int> touchedChecks)
    {
        var service = snapshot.Services.GetValueOrDefault(key);
        var slices = snapshot.SlicesOf(key).Values;
        var created = service?.Metadata.CreationTimestamp;
        frontendClaims.Replace(key, created, asked.Select(f => (f.Key, f)), touched);
        checkClaims.Replace(key, created, service is not null && ServiceResolver.HealthCheckOf(service, slices, facts!) is { } check ? [check] : [], touchedChecks);
    }

    (ImmutableDictionary<FrontendKey, Frontend>, ImmutableArray<FrontendChange>) Changes(HashSet<FrontendKey> touched, HashSet<Address> hairpin)
    {
        var frontends = Table.Frontends.ToBuilder();
        var changes = ImmutableArray.CreateBuilder<FrontendChange>();
        foreach (var key in touched)
        {
            var old = frontends.GetValueOrDefault(key);
            var now = frontendClaims.TryGet(key, out var holder) ? holder : null;
            if (Equals(old, now)) continue;
            changes.Add(new(old, now));
            Count(old, -1, hairpin);
            Count(now, +1, hairpin);
            if (now is null) frontends.Remove(key);
            else frontends[key] = now;
        }
        return (frontends.ToImmutable(), changes.ToImmutable());
    }

    ImmutableDictionary<int, HealthCheck> HealthChecks(HashSet<int> touched)
    {
        var checks = Table.HealthChecks.ToBuilder();
        foreach (var port in touched)
        {
            if (checkClaims.TryGet(port, out var check)) checks[port] = check;
            else checks.Remove(port);
        }
        return checks.ToImmutable();
    }

    void Count(Frontend? frontend, int by, HashSet<Address> seen)
    {
        if (frontend is null) return;
        foreach (var backend in frontend.Backends)
        {
            if (backend.IsElsewhere) continue;
            seen.Add(backend.Address);
            var uses = localUses.GetValueOrDefault(backend.Address) + by;
            if (uses == 0) localUses.Remove(backend.Address);
            else localUses[backend.Address] = uses;
        }
    }
}
