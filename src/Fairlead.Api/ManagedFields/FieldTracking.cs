using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>Keeps ownership at creations and updates: whoever changes a field owns it from then on, alone.</summary>
public static class FieldTracking
{
    /// <summary>Most managers by Update that an object keeps; older ones become one (upstream's limit).</summary>
    public const int MaxUpdateManagers = 10;

    const string Ancient = "ancient-changes";

    /// <summary>The owner of a new object.</summary>
    /// <param name="writer">The manager, its operation Update and the time; its fields are not looked at.</param>
    /// <param name="ignored">Paths that the write does not set.</param>
    public static FieldManagers Created(JsonObject obj, SchemaNode schema, ManagerEntry writer, FieldSet ignored) =>
        FieldManagers.Of([writer with { Fields = FieldExtraction.Of(obj, schema).ExceptBelow(ignored).Except(OwnedPaths.Never) }]);

    /// <summary>The owners after an update; the same as before if it changed nothing.</summary>
    /// <param name="managers">The owners before it; if there are none nothing is tracked, as upstream.</param>
    /// <param name="comparison">What the update changes.</param>
    /// <param name="writer">As for a creation.</param>
    public static FieldManagers Updated(FieldManagers managers, ObjectComparison comparison, ManagerEntry writer)
    {
        if (managers.IsEmpty || comparison.IsSame) return managers;
        var taken = comparison.Modified.Union(comparison.Added);
        var lost = taken.Union(comparison.Removed);
        var mine = taken.Except(OwnedPaths.Never);
        var entries = new List<ManagerEntry>(managers.Entries.Count + 1);
        var own = writer with { Fields = mine };
        foreach (var entry in managers.Entries)
        {
            if (!entry.IsSameManager(writer)) entries.Add(entry with { Fields = entry.Fields.Except(lost) });
            else
            {
                var kept = entry.Fields.Except(comparison.Removed);
                own = mine.IsEmpty ? entry with { Fields = kept } : writer with { Fields = kept.Union(mine) };
            }
        }
        entries.Add(own);
        return FieldManagers.Of(Capped(entries));
    }

    /// <summary>The oldest entries by Update are joined, by version, until few enough are left.</summary>
    static List<ManagerEntry> Capped(List<ManagerEntry> entries)
    {
        var updates = entries.Where(e => !e.Applied && !e.Fields.IsEmpty).ToList();
        var excess = updates.Count - MaxUpdateManagers;
        if (excess <= 0) return entries;
        var buckets = new Dictionary<string, ManagerEntry>(StringComparer.Ordinal);
        foreach (var entry in updates.OrderBy(e => e.Time, StringComparer.Ordinal).ThenBy(e => e.Manager, StringComparer.Ordinal))
        {
            if (excess <= 0) break;
            if (!buckets.TryGetValue(entry.ApiVersion, out var bucket))
            {
                buckets[entry.ApiVersion] = entry;
                continue;
            }
            entries.Remove(bucket);
            entries.Remove(entry);
            var joined = new ManagerEntry(Ancient, false, entry.ApiVersion, "", entry.Time, bucket.Fields.Union(entry.Fields));
            entries.Add(joined);
            buckets[entry.ApiVersion] = joined;
            excess--;
        }
        return entries;
    }
}
