using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of a JobSpec, in a Job and in a CronJob's template.</summary>
static class JobSpecRules
{
    const int MostIndexed = 100_000;

    public static void Default(JsonObject spec)
    {
        if (spec["completions"] is null && spec["parallelism"] is null) spec["completions"] = 1;
        spec.SetDefault("parallelism", 1);
        spec.SetDefault("backoffLimit", spec["backoffLimitPerIndex"] is null ? 6 : int.MaxValue);
        spec.SetDefault("completionMode", "NonIndexed");
        spec.SetDefault("suspend", false);
        spec.SetDefault("manualSelector", false);
        spec.SetDefault("podReplacementPolicy", spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed");
        WorkloadRules.DefaultTemplate(spec);
    }

    public static void Validate(JsonObject spec, string path, FieldErrors errors)
    {
        foreach (var field in (string[])["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"])
            if (spec.Number(field) is < 0 and var number) errors.Invalid($"{path}.{field}", number, "must be greater than or equal to 0");
        if (spec["maxFailedIndexes"] is not null && spec["backoffLimitPerIndex"] is null)
            errors.Required(path + ".backoffLimitPerIndex", "when maxFailedIndexes is specified");
        if (spec.Text("managedBy") is { Length: > 0 } by)
        {
            if (!by.Contains('/', StringComparison.Ordinal) || NameSyntax.QualifiedName(by) is not null)
                errors.Invalid(path + ".managedBy", by, "must be a domain-prefixed path (such as \"acme.io/foo\")");
            if (by.Length > 63) errors.TooLong(path + ".managedBy", 63);
        }
        Mode(spec, path, errors);
        JobPolicyRules.Validate(spec, path, errors);
        var replacement = spec.Text("podReplacementPolicy");
        if (spec["podFailurePolicy"] is not null)
        {
            if (replacement.Length > 0 && replacement != "Failed") errors.NotSupported(path + ".podReplacementPolicy", replacement, ["Failed"]);
        }
        else if (replacement is not ("" or "Failed" or "TerminatingOrFailed"))
            errors.NotSupported(path + ".podReplacementPolicy", replacement, ["Failed", "TerminatingOrFailed"]);
        WorkloadRules.ValidateTemplate(spec["template"] as JsonObject, path + ".template", errors);
        RestartPolicy(spec, path + ".template.spec.restartPolicy", errors);
    }

    static void Mode(JsonObject spec, string path, FieldErrors errors)
    {
        var mode = spec.Text("completionMode");
        var (completions, parallelism, failed) = (spec.Number("completions"), spec.Number("parallelism"), spec.Number("maxFailedIndexes"));
        if (mode is not ("" or "Indexed" or "NonIndexed")) errors.NotSupported(path + ".completionMode", mode, ["Indexed", "NonIndexed"]);
        if (mode == "Indexed")
        {
            if (completions is null) errors.Required(path + ".completions", "when completion mode is Indexed");
            if (parallelism > MostIndexed) errors.Invalid(path + ".parallelism", parallelism, $"must be less than or equal to {MostIndexed} when completion mode is Indexed");
            if (failed > completions) errors.Invalid(path + ".maxFailedIndexes", failed, "must be less than or equal to completions");
            if (failed > MostIndexed) errors.Invalid(path + ".maxFailedIndexes", failed, $"must be less than or equal to {MostIndexed}");
            return;
        }
        foreach (var field in (string[])["backoffLimitPerIndex", "maxFailedIndexes"])
            if (spec.Number(field) is { } number) errors.Invalid($"{path}.{field}", number, "requires indexed completion mode");
    }

    static void RestartPolicy(JsonObject spec, string path, FieldErrors errors)
    {
        var policy = spec.Text("template.spec.restartPolicy");
        if (policy is "" or "Always") errors.Required(path, "valid values: \"OnFailure\", \"Never\"");
        else if (policy is not ("OnFailure" or "Never")) errors.NotSupported(path, policy, ["Never", "OnFailure"]);
        else if (policy != "Never" && spec["podFailurePolicy"] is not null)
            errors.Invalid(path, policy, "only \"Never\" is supported when podFailurePolicy is specified");
    }
}
