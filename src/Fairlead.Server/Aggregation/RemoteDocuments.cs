using System.Collections.Immutable;
using Fairlead.Api.Discovery;
using Fairlead.Json;

namespace Fairlead.Server.Aggregation;

/// <summary>What other API servers said last about what they serve, for discovery. Readers see one immutable table.</summary>
public sealed class RemoteDocuments
{
    /// <summary>What is known at one moment.</summary>
    /// <param name="Versions">By GROUP/VERSION, as aggregated discovery shows it. Not to be changed.</param>
    /// <param name="Hashes">By apis/GROUP/VERSION, of OpenAPI v3 documents.</param>
    /// <param name="Swaggers">By path, what OpenAPI v2 documents say.</param>
    public sealed record Table(
        ImmutableDictionary<string, JsonObject> Versions, ImmutableSortedDictionary<string, string> Hashes, ImmutableSortedDictionary<string, RemoteSwagger> Swaggers);

    readonly Lock gate = new();
    readonly Dictionary<string, JsonObject> lists = new(StringComparer.Ordinal);
    Table table = new(ImmutableDictionary<string, JsonObject>.Empty, ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, RemoteSwagger>(StringComparer.Ordinal));

    public Table Current => Volatile.Read(ref table);

    /// <summary>The server was looked at. One that does not answer keeps what it said last, marked as stale.</summary>
    public void Put(RemoteApi api, RemoteFindings found)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(found);
        var (key, path) = ($"{api.Served.Group}/{api.Served.Version}", api.Path[1..]);
        lock (gate)
        {
            if (found.Resources is { } list) lists[key] = list;
            var entry = AggregatedDiscovery.OfOther(api.Served.Group, api.Served.Version, lists.GetValueOrDefault(key), found.Passed);
            var now = table;
            var versions = now.Versions.TryGetValue(key, out var before) && JsonNode.DeepEquals(before, entry) ? now.Versions : now.Versions.SetItem(key, entry);
            var hashes = found is { Passed: true, DocumentHash: { } hash } ? now.Hashes.SetItem(path, hash) : now.Hashes.Remove(path);
            // What is the same stays the same by reference: documents are rendered again when it changes.
            if (versions != now.Versions || hashes != now.Hashes) Volatile.Write(ref table, now with { Versions = versions, Hashes = hashes });
        }
    }

    /// <summary>The server's OpenAPI v2 document was looked at.</summary>
    public void Put(RemoteApi api, RemoteSwagger swagger)
    {
        ArgumentNullException.ThrowIfNull(api);
        lock (gate)
        {
            if (table.Swaggers.TryGetValue(api.Path, out var before) && ReferenceEquals(before, swagger)) return;
            Volatile.Write(ref table, table with { Swaggers = table.Swaggers.SetItem(api.Path, swagger) });
        }
    }

    /// <summary>The version is no longer another server's.</summary>
    public void Remove(RemoteApi api)
    {
        ArgumentNullException.ThrowIfNull(api);
        var key = $"{api.Served.Group}/{api.Served.Version}";
        lock (gate)
        {
            lists.Remove(key);
            Volatile.Write(ref table, new(table.Versions.Remove(key), table.Hashes.Remove(api.Path[1..]), table.Swaggers.Remove(api.Path)));
        }
    }
}
