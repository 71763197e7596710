using Fairlead.Api.Batch.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>cronjobs.batch.</summary>
public static class CronJobResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<CronJob>("cronjob",
    [
        Cells.Field("Schedule", "spec.schedule", "When Jobs are made."),
        Cells.Field("Timezone", "spec.timeZone", "The time zone of the schedule.", empty: Cells.None),
        Cells.Text("Suspend", "Whether no Jobs are made for now.", c => c.Flag("spec.suspend") ? "True" : "False") with { Type = "boolean" },
        new("Active", "integer", "How many Jobs run.", 0, (c, _) => c.Objects("status.active").Count),
        new("Last Schedule", "string", "Time since a Job was last made.", 0,
            (c, now) => c.Text("status.lastScheduleTime").Length == 0 ? Cells.None : Cells.Since(c, "status.lastScheduleTime", now)),
        Cells.Age,
        .. TemplateColumns.Of("spec.jobTemplate.spec.template"),
        TemplateColumns.SelectorAt("spec.jobTemplate.spec.selector"),
    ]) with
    {
        ShortNames = ["cj"],
        Categories = ["all"],
        HasStatus = true,
        CountsGeneration = true,
        Rules = new CronJobRules(),
    };
}
