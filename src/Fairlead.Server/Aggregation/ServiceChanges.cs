using Fairlead.Api.Resources;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Aggregation;

/// <summary>Notices when something happens to a Service or its endpoints that another API server stands behind.</summary>
public sealed class ServiceChanges(RegisteredVersions registered, params IReadOnlyList<ResourceDefinition> kinds) : IStoreView
{
    bool changed;

    public ChangeSignal Changes { get; } = new();

    public IReadOnlyList<string> Prefixes { get; } = [.. kinds.Select(k => ObjectKeys.Collection(k, null))];

    public void Reset() => changed = true;

    public void Put(StoreEntry entry) => Note(entry.Key);

    public void Remove(string key) => Note(key);

    public void Publish()
    {
        if (!changed) return;
        changed = false;
        Changes.Set();
    }

    // By the namespace alone: a slice's key does not say whose it is, and one look too many does no harm.
    void Note(string key)
    {
        foreach (var remote in registered.Current.Remote.Values)
        {
            if (key.Contains($"/{remote.Namespace}/", StringComparison.Ordinal)) changed = true;
        }
    }
}
