using System.Collections.Frozen;
using Fairlead.Api.Resources;

namespace Fairlead.Server.Routing;

/// <summary>
/// The kinds that are served: those of the start, and what others add to them, each under a name of its own (custom
/// resources). Readers see one immutable table; a change replaces it.
/// </summary>
public sealed class ResourceCatalog
{
    /// <summary>How long the watches of a kind that is withdrawn may go on, so that its last events still go out.</summary>
    static readonly TimeSpan WatchesEndAfter = TimeSpan.FromMilliseconds(200);

    sealed record Table(
        IReadOnlyList<ResourceDefinition> All,
        FrozenDictionary<(string Group, string Version, string Plural), ResourceDefinition> ByPlural);

    readonly Lock gate = new();
    readonly IReadOnlyList<ResourceDefinition> first;
    readonly SortedDictionary<string, IReadOnlyList<ResourceDefinition>> added = new(StringComparer.Ordinal);
    readonly Dictionary<ResourceDefinition, CancellationTokenSource> lifetimes = new(ReferenceEqualityComparer.Instance);
    Table table;

    public ResourceCatalog(IEnumerable<ResourceDefinition> definitions)
    {
        first = [.. definitions];
        table = Make(first);
    }

    /// <summary>Raised after the kinds have changed, on the thread that changed them.</summary>
    public event Action? Changed;

    public IReadOnlyList<ResourceDefinition> All => table.All;

    public ResourceDefinition? Find(string group, string version, string plural) =>
        table.ByPlural.GetValueOrDefault((group, version, plural));

    /// <summary>The kind that the server itself needs; it must be served.</summary>
    public ResourceDefinition Require(string group, string version, string plural) =>
        Find(group, version, plural) ?? throw new InvalidOperationException($"the kind {plural}.{version}.{group} is not served");

    public bool HasGroupVersion(string group, string version) => table.All.Any(d => d.Group == group && d.Version == version);

    /// <summary>
    /// Serves these kinds from now on, beside those of the start and of others who add some. Where two are the same,
    /// that of the start is served, then that of the first name.
    /// </summary>
    /// <param name="name">Who adds them; what it added before is withdrawn unless it is among these (by reference).</param>
    public void Replace(string name, IReadOnlyList<ResourceDefinition> definitions)
    {
        lock (gate)
        {
            added[name] = definitions;
            Volatile.Write(ref table, Make(first.Concat(added.Values.SelectMany(a => a))));
            var served = table.All.ToHashSet<ResourceDefinition>(ReferenceEqualityComparer.Instance);
            foreach (var gone in lifetimes.Keys.Where(d => !served.Contains(d)).ToList())
            {
                lifetimes[gone].CancelAfter(WatchesEndAfter);
                lifetimes.Remove(gone);
            }
        }
        Changed?.Invoke();
    }

    /// <summary>Cancelled when the kind is no longer served as this definition says: its watches end then.</summary>
    public CancellationToken Lifetime(ResourceDefinition kind)
    {
        if (first.Contains(kind)) return CancellationToken.None;
        lock (gate)
        {
            if (lifetimes.TryGetValue(kind, out var known)) return known.Token;
            if (!table.All.Contains(kind)) return new CancellationToken(canceled: true);
            return (lifetimes[kind] = new()).Token;
        }
    }

    static Table Make(IEnumerable<ResourceDefinition> definitions)
    {
        var all = definitions.DistinctBy(d => (d.Group, d.Version, d.Plural)).ToArray();
        return new(all, all.ToFrozenDictionary(d => (d.Group, d.Version, d.Plural)));
    }
}
