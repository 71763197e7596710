using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind CronJob beyond its schema.</summary>
sealed class CronJobRules : ResourceRules
{
    /// <summary>A Job's name is the CronJob's with eleven characters behind it, and at most 63 long.</summary>
    const int MaxName = 52;

    public override void Default(JsonObject obj)
    {
        if (obj.At("spec.jobTemplate") is JsonObject template) JobSpecRules.Default(template.Make("spec"));
        obj.Make("status");
    }

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject();

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Text("metadata.name").Length > MaxName)
            errors.Invalid("metadata.name", obj.Text("metadata.name"), $"must be no more than {MaxName} characters");
        Validate(obj, errors);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => Validate(obj, errors);

    static void Validate(JsonObject obj, FieldErrors errors)
    {
        var schedule = obj.Text("spec.schedule");
        if (schedule.Length == 0) errors.Required("spec.schedule");
        else if (CronSyntax.Wrong(schedule) is { } wrong) errors.Invalid("spec.schedule", schedule, wrong);
        TimeZone(obj, errors);
        obj.NonNegative(errors, "spec.startingDeadlineSeconds", "spec.successfulJobsHistoryLimit", "spec.failedJobsHistoryLimit");
        if (obj.At("spec.jobTemplate.spec") is not JsonObject job) return;
        if (job.Flag("manualSelector")) errors.NotSupported("spec.jobTemplate.spec.manualSelector", "true", ["nil", "false"]);
        if (job["selector"] is not null) errors.Invalid("spec.jobTemplate.spec.selector", Shown.Json(job["selector"]), "`selector` will be auto-generated");
        JobSpecRules.Validate(job, "spec.jobTemplate.spec", errors);
    }

    // Whether the zone exists is for the controller to find out: these rules read no files.
    static void TimeZone(JsonObject obj, FieldErrors errors)
    {
        if (obj.At("spec.timeZone") is null) return;
        var zone = obj.Text("spec.timeZone");
        if (zone.Length == 0) errors.Invalid("spec.timeZone", zone, "timeZone must be nil or non-empty string");
        else if (zone.Equals("local", StringComparison.OrdinalIgnoreCase))
            errors.Invalid("spec.timeZone", zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        else if (!zone.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+' or '/') || zone.StartsWith('/') || zone.Contains("..", StringComparison.Ordinal))
            errors.Invalid("spec.timeZone", zone, $"unknown time zone {zone}");
    }
}
