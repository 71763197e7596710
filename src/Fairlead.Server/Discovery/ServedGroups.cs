using Fairlead.Api.Discovery;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Aggregation;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Discovery;

/// <summary>All that is served here, by this server or through it: its own kinds beside those of other API servers.</summary>
public sealed class ServedGroups(ResourceCatalog catalog, RegisteredVersions registered, RemoteDocuments documents)
{
    /// <summary>All of it at one moment; the same object as long as nothing changes.</summary>
    /// <param name="Kinds">This server's own that no other one serves in its place.</param>
    /// <param name="Groups">Groups and their versions, in discovery's order.</param>
    /// <param name="Others">By GROUP/VERSION what others serve.</param>
    /// <param name="Hashes">By the path of their OpenAPI v3 document its hash.</param>
    /// <param name="Swaggers">By path what their OpenAPI v2 documents say.</param>
    public sealed record Snapshot(
        IReadOnlyList<ResourceDefinition> Kinds, IReadOnlyList<GroupVersions> Groups,
        IReadOnlyDictionary<string, JsonObject> Others, IReadOnlyDictionary<string, string> Hashes, IReadOnlyDictionary<string, RemoteSwagger> Swaggers);

    (IReadOnlyList<ResourceDefinition> Kinds, RegisteredVersions.Table Registered, RemoteDocuments.Table Documents, Snapshot Snapshot)? last;
    readonly Lock gate = new();

    public Snapshot Current
    {
        get
        {
            var (kinds, table, known) = (catalog.All, registered.Current, documents.Current);
            lock (gate)
            {
                if (last is { } made && ReferenceEquals(made.Kinds, kinds) && ReferenceEquals(made.Registered, table) && ReferenceEquals(made.Documents, known)) return made.Snapshot;
                var snapshot = Make(kinds, table, known);
                // The same list as long as the same is in it: see KindDocuments.
                if (last is { } before && before.Snapshot.Kinds.SequenceEqual(snapshot.Kinds, ReferenceEqualityComparer.Instance)) snapshot = snapshot with { Kinds = before.Snapshot.Kinds };
                last = (kinds, table, known, snapshot);
                return snapshot;
            }
        }
    }

    static Snapshot Make(IReadOnlyList<ResourceDefinition> kinds, RegisteredVersions.Table table, RemoteDocuments.Table known)
    {
        var remote = table.Remote.Values.ToDictionary(r => $"{r.Served.Group}/{r.Served.Version}", StringComparer.Ordinal);
        IReadOnlyList<ResourceDefinition> own = remote.Count == 0 ? kinds : [.. kinds.Where(k => !remote.ContainsKey($"{k.Group}/{k.Version}"))];
        var versions = own.GroupBy(k => (k.Group, k.Version)).Select(g =>
        {
            var local = ServedVersion.Local(g.Key.Group, g.Key.Version, g.All(k => k.Type is null));
            return table.All.TryGetValue(local.Name, out var stated) ? RemoteApi.Version(stated.Object("spec")) : local;
        }).Concat(remote.Values.Select(r => r.Served));
        var others = remote.ToDictionary(r => r.Key, r => known.Versions.GetValueOrDefault(r.Key)
            ?? AggregatedDiscovery.OfOther(r.Value.Served.Group, r.Value.Served.Version, null, false));
        return new(own, GroupVersions.InOrder(versions), others, known.Hashes, known.Swaggers);
    }
}
