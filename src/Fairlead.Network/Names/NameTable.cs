using System.Collections.Immutable;
using Fairlead.Network.Services;

namespace Fairlead.Network.Names;

/// <summary>
/// Every name of the cluster with its records, resolved from Services, EndpointSlices and namespaces. Immutable: a
/// change gives a new table that shares what did not change. A lookup is one dictionary hit and allocates nothing.
/// </summary>
public sealed class NameTable
{
    // A change copies the shards of the names it touches: at 10,000 Services some hundred entries each.
    const int ShardCount = 512;

    static readonly Dictionary<string, NameEntry> EmptyShard = new(StringComparer.Ordinal);

    readonly Dictionary<string, NameEntry>[] shards;
    readonly ImmutableDictionary<ServiceKey, ImmutableArray<(string Name, ImmutableArray<NameRecord> Records)>> claims;

    NameTable(NameZone zone, Dictionary<string, NameEntry>[] shards, ImmutableDictionary<ServiceKey, ImmutableArray<(string, ImmutableArray<NameRecord>)>> claims) =>
        (Zone, this.shards, this.claims) = (zone, shards, claims);

    public NameZone Zone { get; }

    /// <summary>The number of names.</summary>
    public int Count => shards.Sum(s => s.Count);

    /// <summary>All names, in no order.</summary>
    public IEnumerable<KeyValuePair<string, NameEntry>> Names => shards.SelectMany(s => s);

    /// <summary>The table of a cluster without objects: the zone's own records alone.</summary>
    public static NameTable Empty(NameZone zone)
    {
        var shards = new Dictionary<string, NameEntry>[ShardCount];
        Array.Fill(shards, EmptyShard);
        var table = new NameTable(zone, shards, ImmutableDictionary<ServiceKey, ImmutableArray<(string, ImmutableArray<NameRecord>)>>.Empty);
        return table.Replace([(default, OfZone(zone))]);
    }

    /// <summary>The table of a whole cluster.</summary>
    /// <param name="namespaces">Names of the namespaces that exist.</param>
    public static NameTable Resolve(NameZone zone, ClusterSnapshot cluster, IEnumerable<string> namespaces) =>
        Empty(zone).With(cluster, cluster.Services.Keys, namespaces.Select(ns => (ns, true)));

    /// <summary>The table after changes.</summary>
    /// <param name="cluster">Services and slices as they are now.</param>
    /// <param name="services">Which Services changed, or have slices that did.</param>
    /// <param name="namespaces">Namespaces that came (true) or went.</param>
    public NameTable With(ClusterSnapshot cluster, IEnumerable<ServiceKey> services, IEnumerable<(string Name, bool Exists)> namespaces) =>
        Replace(services.Select(key => (key, cluster.Services.GetValueOrDefault(key) is { } service
                ? ServiceNames.Of(Zone, key, service, cluster.SlicesOf(key).Values)
                : null))
            .Concat(namespaces.Select(ns => (OwnerOf(ns.Name), ns.Exists ? OfNamespace(Zone, ns.Name) : null))));

    /// <summary>
    /// What a name holds; null if there is no such name. In the zone that means NXDOMAIN, elsewhere that the cluster has
    /// nothing to say.
    /// </summary>
    /// <param name="name">Lower case, without the last dot.</param>
    public NameEntry? Find(ReadOnlySpan<char> name) =>
        ShardOf(shards, name).GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var entry) ? entry : FindPod(name);

    // §2.6 of the specification: a name for each address that could be a Pod's, in a namespace that exists.
    NameEntry? FindPod(ReadOnlySpan<char> name)
    {
        var dot = name.IndexOf('.');
        if (dot <= 0 || !Zone.Contains(name)) return null;
        var parent = name[(dot + 1)..];
        var second = parent.IndexOf('.');
        if (second < 0 || !parent[(second + 1)..].SequenceEqual(Zone.Pods)) return null;
        if (!ShardOf(shards, parent).GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(parent)
            || !NameZone.TryParseDashed(name[..dot], out var address)) return null;
        var ns = parent[..second].ToString();
        return new([new AddressRecord(address, OwnerOf(ns), new("Namespace", "", ns, "metadata.name"))], 1);
    }

    NameTable Replace(IEnumerable<(ServiceKey Owner, NameClaims? Claims)> changes)
    {
        var after = (Dictionary<string, NameEntry>[])shards.Clone();
        var all = claims.ToBuilder();
        foreach (var (owner, now) in changes)
        {
            foreach (var (name, _) in all.GetValueOrDefault(owner, [])) Put(after, name, entry => entry.Without(owner));
            if (now is null)
            {
                all.Remove(owner);
                continue;
            }
            var claimed = now.ToClaims();
            foreach (var (name, records) in claimed) Put(after, name, entry => entry.With(owner, records));
            all[owner] = claimed;
        }
        return new(Zone, after, all.ToImmutable());
    }

    // A shard that is still the old table's is copied before it changes.
    void Put(Dictionary<string, NameEntry>[] after, string name, Func<NameEntry, NameEntry> change)
    {
        var i = IndexOf(name);
        if (ReferenceEquals(after[i], shards[i])) after[i] = new(shards[i], StringComparer.Ordinal);
        var entry = change(after[i].GetValueOrDefault(name, NameEntry.None));
        if (entry.Claims == 0) after[i].Remove(name);
        else after[i][name] = entry;
    }

    static Dictionary<string, NameEntry> ShardOf(Dictionary<string, NameEntry>[] shards, ReadOnlySpan<char> name) => shards[IndexOf(name)];

    static int IndexOf(ReadOnlySpan<char> name) => (int)((uint)string.GetHashCode(name) % ShardCount);

    static ServiceKey OwnerOf(string ns) => new(ns, "");

    static NameClaims OfNamespace(NameZone zone, string ns)
    {
        var claims = new NameClaims(OwnerOf(ns), zone);
        claims.Add(zone.NamespaceOfServices(ns));
        claims.Add(zone.NamespaceOfPods(ns));
        return claims;
    }

    static NameClaims OfZone(NameZone zone)
    {
        var source = new Provenance("DNS", "", zone.Name, "zone");
        var claims = new NameClaims(default, zone);
        claims.Add(zone.Name, new ServerRecord(zone.Server, default, source));
        claims.Add("dns-version." + zone.Name, new TextRecord(NameZone.SchemaVersion, default, source));
        claims.Add(zone.Services);
        claims.Add(zone.Pods);
        claims.Add(zone.Server);
        foreach (var address in zone.Servers) claims.Add(zone.Server, new AddressRecord(address, default, source));
        return claims;
    }
}
