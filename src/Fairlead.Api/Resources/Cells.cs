using System.Globalization;
using Fairlead.Json;

namespace Fairlead.Api.Resources;

/// <summary>What columns show, in the forms that kubectl's users know.</summary>
public static class Cells
{
    public const string None = "<none>";
    public const string Unknown = "<unknown>";

    /// <summary>Time since the object was created.</summary>
    public static TableColumn Age { get; } = new("Age", "string",
        "Time since the object was created.", 0, (obj, now) => Since(obj, "metadata.creationTimestamp", now));

    /// <summary>A column that shows one string field.</summary>
    public static TableColumn Field(string name, string path, string description, int priority = 0, string empty = "") =>
        new(name, "string", description, priority, (obj, _) => obj.Text(path) is { Length: > 0 } text ? text : empty);

    /// <summary>A column that shows one integer field, 0 if absent.</summary>
    public static TableColumn Number(string name, string path, string description, int priority = 0) =>
        new(name, "integer", description, priority, (obj, _) => obj.Number(path) ?? 0);

    /// <summary>A column computed from the object alone.</summary>
    public static TableColumn Text(string name, string description, Func<JsonObject, string> text, int priority = 0) =>
        new(name, "string", description, priority, (obj, _) => text(obj));

    /// <summary>Time from the timestamp at a path until now.</summary>
    public static string Since(JsonNode? node, string path, DateTimeOffset now) =>
        node.Time(path) is { } time ? HumanDuration(now - time) : Unknown;

    /// <summary>
    /// A duration in at most two units, with less detail the longer it is: 90s, 3m5s, 5h12m, 7d23h, 2y30d. A clock
    /// that is behind by a second counts as equal.
    /// </summary>
    public static string HumanDuration(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        var (minutes, hours) = (seconds / 60, seconds / 3600);
        return seconds switch
        {
            < 60 * 2 => Of(seconds, "s"),
            < 60 * 10 => Two(minutes, "m", seconds % 60, "s"),
            < 3600 * 3 => Of(minutes, "m"),
            < 3600 * 8 => Two(hours, "h", minutes % 60, "m"),
            < 3600 * 48 => Of(hours, "h"),
            < 86400 * 8 => Two(hours / 24, "d", hours % 24, "h"),
            < 86400L * 365 * 2 => Of(hours / 24, "d"),
            < 86400L * 365 * 8 => Two(hours / 24 / 365, "y", hours / 24 % 365, "d"),
            _ => Of(hours / 24 / 365, "y"),
        };
    }

    /// <summary>Labels as k=v pairs in the order of their keys.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var text = string.Join(',', labels.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"));
        return text.Length > 0 ? text : None;
    }

    /// <summary>The first items of a list, and how many more there are.</summary>
    public static string FirstOf(IReadOnlyList<string> items, int max)
    {
        var shown = string.Join(',', items.Take(max));
        return items.Count > max ? $"{shown} + {items.Count - max} more..." : shown;
    }

    static string Of(long n, string unit) => n.ToString(CultureInfo.InvariantCulture) + unit;

    static string Two(long n, string unit, long rest, string restUnit) => rest == 0 ? Of(n, unit) : Of(n, unit) + Of(rest, restUnit);
}
