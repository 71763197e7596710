using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>
/// What events.k8s.io asks beyond <see cref="EventRules"/>, which hold too: the fields of old are not written any more,
/// and of an event only its series and its metadata change (KEP-383). Fields are named as they are stored, as upstream does.
/// </summary>
sealed class EventsEventRules : ResourceRules
{
    static readonly (string Field, string Stored)[] Old =
        [("deprecatedFirstTimestamp", "firstTimestamp"), ("deprecatedLastTimestamp", "lastTimestamp"), ("deprecatedCount", "count"), ("deprecatedSource", "source")];

    static readonly (string Field, string Stored)[] Fixed =
    [
        ("regarding", "involvedObject"), ("reason", "reason"), ("note", "message"), .. Old, ("type", "type"), ("eventTime", "eventTime"),
        ("action", "action"), ("related", "related"), ("reportingController", "reportingController"), ("reportingInstance", "reportingInstance"),
    ];

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        CheckSeries(obj, errors);
        if (obj.Text("eventTime").Length == 0) errors.Required("eventTime");
        if (obj.Text("type") is not ("Normal" or "Warning")) errors.Invalid("type", "", "has invalid value: " + obj.Text("type"));
        foreach (var (field, stored) in Old)
            if (IsSet(obj[field])) errors.Invalid(stored, "", "needs to be unset");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        if (!JsonNode.DeepEquals(obj["series"], old["series"])) CheckSeries(obj, errors);
        foreach (var (field, stored) in Fixed)
            if (!Same(obj[field], old[field])) errors.Invalid(stored, obj[field]?.DeepClone(), "field is immutable");
    }

    static void CheckSeries(JsonObject obj, FieldErrors errors)
    {
        if (obj["series"] is not JsonObject) return;
        if (obj.Number("series.count") is not >= 2) errors.Invalid("series.count", "", "should be at least 2");
        if (obj.Text("series.lastObservedTime").Length == 0) errors.Required("series.lastObservedTime");
    }

    // Absent and empty are one, as in Go's structs.
    static bool Same(JsonNode? a, JsonNode? b) => JsonNode.DeepEquals(a, b) || (!IsSet(a) && !IsSet(b));

    static bool IsSet(JsonNode? node) => node switch
    {
        null => false,
        JsonObject obj => obj.Any(p => IsSet(p.Value)),
        JsonValue value when value.TryGetValue(out string? text) => text.Length > 0,
        JsonValue value when value.TryGetValue(out long number) => number != 0,
        _ => true,
    };
}
