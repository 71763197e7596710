using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fairlead.Api.Discovery;

namespace Fairlead.Server.Aggregation;

/// <summary>What other API servers said last about what they serve, for discovery. Readers see one immutable table.</summary>
public sealed class RemoteDocuments
{
    /// <summary>What is known at one moment.</summary>
    /// <param name="Versions">By GROUP/VERSION, as aggregated discovery shows it. Not to be changed.</param>
    /// <param name="Hashes">By apis/GROUP/VERSION, of OpenAPI v3 documents.</param>
    public sealed record Table(ImmutableDictionary<string, JsonObject> Versions, ImmutableSortedDictionary<string, string> Hashes);

    readonly Lock gate = new();
    readonly Dictionary<string, JsonObject> lists = new(StringComparer.Ordinal);
    Table table = new(ImmutableDictionary<string, JsonObject>.Empty, ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

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
            if (versions != now.Versions || hashes != now.Hashes) Volatile.Write(ref table, new(versions, hashes));
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
            Volatile.Write(ref table, new(table.Versions.Remove(key), table.Hashes.Remove(api.Path[1..])));
        }
    }
}
