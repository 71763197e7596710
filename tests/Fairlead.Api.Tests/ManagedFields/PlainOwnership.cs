namespace Fairlead.Api.Tests.ManagedFields;

/// <summary>
/// Server-side apply for a flat map of strings, as simply as it can be said: each manager's set of keys, and the values.
/// The judge of the real one, which sees the same as data of a ConfigMap.
/// </summary>
sealed class PlainOwnership
{
    public SortedDictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>By manager; the flag says Apply.</summary>
    public SortedDictionary<(string Manager, bool Applied), SortedSet<string>> Owners { get; } = [];

    /// <summary>The conflicting keys by owner; nothing is changed if there are any.</summary>
    public List<string> Apply(string manager, IReadOnlyDictionary<string, string> config, bool force)
    {
        var conflicts = new List<string>();
        foreach (var (owner, keys) in Owners)
            if (owner != (manager, true))
                conflicts.AddRange(keys.Where(k => config.TryGetValue(k, out var wanted) && Values[k] != wanted));
        if (conflicts.Count > 0 && !force) return conflicts;
        var before = Owners.GetValueOrDefault((manager, true)) ?? [];
        foreach (var key in before.Where(k => !config.ContainsKey(k) && !Owners.Any(o => o.Key != (manager, true) && o.Value.Contains(k))).ToList()) Values.Remove(key);
        foreach (var (key, value) in config) Set(key, value, (manager, true));
        Owners[(manager, true)] = [.. config.Keys];
        Clean();
        return [];
    }

    public void Update(string manager, IReadOnlyDictionary<string, string> values)
    {
        foreach (var key in Values.Keys.Where(k => !values.ContainsKey(k)).ToList())
        {
            Values.Remove(key);
            foreach (var keys in Owners.Values) keys.Remove(key);
        }
        foreach (var (key, value) in values)
        {
            if (Values.GetValueOrDefault(key) == value) continue;
            Set(key, value, (manager, false));
            if (!Owners.TryGetValue((manager, false), out var mine)) Owners[(manager, false)] = mine = [];
            mine.Add(key);
        }
        Clean();
    }

    void Set(string key, string value, (string, bool) writer)
    {
        if (Values.GetValueOrDefault(key) == value) return;
        foreach (var (owner, keys) in Owners)
            if (owner != writer)
                keys.Remove(key);
        Values[key] = value;
    }

    void Clean()
    {
        foreach (var owner in Owners.Where(o => o.Value.Count == 0).Select(o => o.Key).ToList()) Owners.Remove(owner);
    }
}
