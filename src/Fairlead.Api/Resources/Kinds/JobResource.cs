using System.Globalization;
using Fairlead.Api.Batch.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>jobs.batch.</summary>
public static class JobResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Job>("job",
    [
        Cells.Text("Status", "Whether the Job runs, is suspended, or how it ended.", Status),
        Cells.Text("Completions", "How many Pods have succeeded, of how many wanted.", Completions),
        new("Duration", "string", "How long the Job has taken.", 0, (job, now) => Duration(job, now)),
        Cells.Age,
        .. TemplateColumns.All,
    ]) with
    {
        Categories = ["all"],
        HasStatus = true,
        CountsGeneration = true,
        DefaultPropagation = "Orphan",
        SelectableFields = new Dictionary<string, Func<JsonObject, string>>
        {
            ["status.successful"] = job => (job.Number("status.succeeded") ?? 0).ToString(CultureInfo.InvariantCulture),
        },
        Rules = new JobRules(),
    };

    static string Status(JsonObject job) =>
        Is(job, "Complete") ? "Complete"
        : Is(job, "Failed") ? "Failed"
        : job.Text("metadata.deletionTimestamp").Length > 0 ? "Terminating"
        : Is(job, "Suspended") ? "Suspended"
        : Is(job, "FailureTarget") ? "FailureTarget"
        : Is(job, "SuccessCriteriaMet") ? "SuccessCriteriaMet"
        : "Running";

    static bool Is(JsonObject job, string condition) =>
        job.Objects("status.conditions").Any(c => c.Text("type") == condition && c.Text("status") == "True");

    static string Completions(JsonObject job)
    {
        var succeeded = job.Number("status.succeeded") ?? 0;
        if (job.Number("spec.completions") is { } completions) return $"{succeeded}/{completions}";
        var parallelism = job.Number("spec.parallelism") ?? 0;
        return parallelism > 1 ? $"{succeeded}/1 of {parallelism}" : $"{succeeded}/1";
    }

    static string Duration(JsonObject job, DateTimeOffset now) =>
        job.Time("status.startTime") is { } start ? Cells.HumanDuration((job.Time("status.completionTime") ?? now) - start) : "";
}
