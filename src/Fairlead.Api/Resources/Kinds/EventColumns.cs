using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>
/// The columns of both event kinds, which show the same object under other field names. Unlike every other kind's they
/// begin with the time, and have the name last.
/// </summary>
static class EventColumns
{
    /// <param name="about">Field that holds the object the event is about.</param>
    /// <param name="prefix">How the fields of the older kind are named here: "" or "deprecated".</param>
    /// <param name="controller">Field that holds the reporting controller.</param>
    /// <param name="message">Field that holds the text.</param>
    public static IReadOnlyList<TableColumn> For(string about, string prefix, string controller, string message)
    {
        string Old(string name) => prefix.Length == 0 ? name : prefix + char.ToUpperInvariant(name[0]) + name[1..];
        return
        [
            new("Last Seen", "string", "Time since the event last occurred.", 0, (e, now) => LastSeen(e, Old("firstTimestamp"), Old("lastTimestamp"), now)),
            Cells.Field("Type", "type", "Normal or Warning."),
            Cells.Field("Reason", "reason", "Why the event was reported."),
            Cells.Text("Object", "The object that the event is about.", e => About(e, about)),
            Cells.Field("Subobject", about + ".fieldPath", "The part of the object.", 1),
            Cells.Text("Source", "Who reported the event.", e => Source(e, Old("source"), controller), 1),
            Cells.Text("Message", "What happened.", e => e.Text(message).Trim()),
            new("First Seen", "string", "Time since the event first occurred.", 1, (e, now) => FirstSeen(e, Old("firstTimestamp"), now)),
            new("Count", "string", "How often the event occurred.", 1, (e, _) => Count(e, Old("count"))),
            Cells.Field("Name", "metadata.name", "Name of the event.", 1),
        ];
    }

    static string FirstSeen(JsonObject e, string first, DateTimeOffset now) =>
        Cells.Since(e, e.Time(first) is null ? "eventTime" : first, now);

    static string LastSeen(JsonObject e, string first, string last, DateTimeOffset now) =>
        e.At("series") is JsonObject ? Cells.Since(e, "series.lastObservedTime", now)
        : e.Time(last) is null ? FirstSeen(e, first, now)
        : Cells.Since(e, last, now);

    static string About(JsonObject e, string about)
    {
        var kind = e.Text(about + ".kind").ToLowerInvariant();
        return e.Text(about + ".name") is { Length: > 0 } name ? $"{kind}/{name}" : kind;
    }

    static string Source(JsonObject e, string source, string controller)
    {
        var component = e.Text(source + ".component") is { Length: > 0 } c ? c : e.Text(controller);
        var host = e.Text(source + ".host") is { Length: > 0 } h ? h : e.Text("reportingInstance");
        return host.Length > 0 ? $"{component}, {host}" : component;
    }

    static long Count(JsonObject e, string count) =>
        e.At("series") is JsonObject series ? series.Number("count") ?? 0 : e.Number(count) is > 0 and var n ? n : 1;
}
