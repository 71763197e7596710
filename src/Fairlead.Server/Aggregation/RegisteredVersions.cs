using System.Collections.Frozen;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Aggregation;

/// <summary>The APIServices of the cluster as one immutable table, kept up to date with the store. Readers never wait.</summary>
public sealed class RegisteredVersions(ResourceDefinition kind) : IStoreView
{
    /// <summary>What there is at one moment.</summary>
    /// <param name="All">Every APIService by its name. Not to be changed.</param>
    /// <param name="Remote">Those that other servers serve, by their path; see <see cref="RemoteApi.Path"/>.</param>
    public sealed record Table(IReadOnlyDictionary<string, JsonObject> All, FrozenDictionary<string, RemoteApi> Remote);

    readonly SortedDictionary<string, JsonObject> objects = new(StringComparer.Ordinal);
    Table table = new(new Dictionary<string, JsonObject>(), FrozenDictionary<string, RemoteApi>.Empty);

    public Table Current => Volatile.Read(ref table);

    /// <summary>Set whenever an APIService comes, goes or changes.</summary>
    public ChangeSignal Changes { get; } = new();

    public IReadOnlyList<string> Prefixes { get; } = [ObjectKeys.Collection(kind, null)];

    public void Reset() => objects.Clear();

    public void Put(StoreEntry entry) => objects[entry.Key] = StoredObject.Parse(entry);

    public void Remove(string key) => objects.Remove(key);

    public void Publish()
    {
        var remote = objects.Values.Select(RemoteApi.Of).OfType<RemoteApi>().ToFrozenDictionary(r => r.Path, StringComparer.Ordinal);
        Volatile.Write(ref table, new(objects.Values.ToDictionary(o => o.Name(), StringComparer.Ordinal), remote));
        Changes.Set();
    }

    /// <summary>Who else serves the path, or its document under /openapi/v3; null if this server does.</summary>
    public RemoteApi? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var remote = Current.Remote;
        if (remote.Count == 0) return null;
        const string documents = "/openapi/v3";
        var within = path.AsSpan();
        var document = path.StartsWith(documents + "/", StringComparison.Ordinal);
        if (document) within = within[documents.Length..];
        var slashes = within.StartsWith("/apis/") ? 3 : within.StartsWith("/api/") ? 2 : 0;
        if (slashes == 0) return null;
        var end = 0;
        for (var seen = 0; end < within.Length; end++)
        {
            if (within[end] == '/' && ++seen > slashes) break;
        }
        if (document && end < within.Length) return null;
        return remote.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(within[..end], out var found) ? found : null;
    }
}
