using System.Collections.Immutable;
using Fairlead.Network.Services;

namespace Fairlead.Network.Names;

/// <summary>
/// All names that one owner holds in existence, each with the owner's records of it: none for a name that exists only
/// because a longer one does.
/// </summary>
sealed class NameClaims(ServiceKey owner, NameZone zone)
{
    readonly Dictionary<string, List<NameRecord>> names = new(StringComparer.Ordinal);
    readonly HashSet<(string, string)> known = [];

    public ServiceKey Owner { get; } = owner;

    /// <summary>Claims a name and those between it and the zone.</summary>
    public void Add(string name)
    {
        while (names.TryAdd(name, []) && zone.Contains(name) && name.Length > zone.Name.Length)
        {
            name = name[(name.IndexOf('.') + 1)..];
        }
    }

    /// <summary>Claims a name and gives it a record, once.</summary>
    public void Add(string name, NameRecord record)
    {
        if (!known.Add((name, record.Text))) return;
        Add(name);
        names[name].Add(record);
    }

    public ImmutableArray<(string Name, ImmutableArray<NameRecord> Records)> ToClaims() =>
        [.. names.Select(n => (n.Key, n.Value.ToImmutableArray()))];
}
