using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>One event under the names of two groups: stored as the core group has it, served by events.k8s.io too (KEP-383).</summary>
static class EventVersions
{
    static readonly (string Stored, string New)[] Names =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"), ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
    ];

    public static VersionConversion Conversion { get; } = VersionsAround.Of("v1", new OtherVersion("events.k8s.io/v1",
        e => { foreach (var (stored, name) in Names) Rename(e, name, stored); },
        e => { foreach (var (stored, name) in Names) Rename(e, stored, name); }));

    /// <summary>What a field selector of events.k8s.io may name.</summary>
    public static IReadOnlyList<string> NewFields => [.. Parts("regarding"), "reason", "reportingController", "type"];

    /// <summary>What may be selected of the object that an event is about.</summary>
    public static IEnumerable<string> Parts(string about) =>
        ((string[])["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"]).Select(part => $"{about}.{part}");

    /// <summary>The name that a field, or what it holds, has where it is stored.</summary>
    public static string Stored(string field)
    {
        var known = Names.FirstOrDefault(n => field == n.New || field.StartsWith(n.New + ".", StringComparison.Ordinal));
        return known.New is null ? field : known.Stored + field[known.New.Length..];
    }

    static void Rename(JsonObject obj, string from, string to)
    {
        if (!obj.Remove(from, out var value)) return;
        obj[to] = value;
    }
}
