using Fairlead.Api.Meta.V1;

namespace Fairlead.Client.Caching;

/// <summary>Finds an informer's objects by a derived key: Pods by node, slices by Service. Safe from any thread.</summary>
public sealed class InformerIndex<T> where T : KubeObject
{
    readonly Lock gate;
    readonly Func<T, IEnumerable<string>> keys;
    readonly Dictionary<string, Dictionary<ObjectKey, T>> found = new(StringComparer.Ordinal);

    internal InformerIndex(Lock gate, Func<T, IEnumerable<string>> keys)
    {
        this.gate = gate;
        this.keys = keys;
    }

    /// <summary>The objects under a key, as of now, in no order.</summary>
    public IReadOnlyList<T> this[string key]
    {
        get { lock (gate) return found.TryGetValue(key, out var objects) ? [.. objects.Values] : []; }
    }

    // Called with the gate held.
    internal void Replace(T? old, T? now)
    {
        if (old is not null)
        {
            foreach (var key in keys(old))
            {
                if (!found.TryGetValue(key, out var objects)) continue;
                objects.Remove(ObjectKey.Of(old));
                if (objects.Count == 0) found.Remove(key);
            }
        }
        if (now is null) return;
        foreach (var key in keys(now))
        {
            if (!found.TryGetValue(key, out var objects)) found[key] = objects = [];
            objects[ObjectKey.Of(now)] = now;
        }
    }
}
