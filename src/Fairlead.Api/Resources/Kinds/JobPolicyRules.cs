using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of what a Job makes of failed Pods and of early success.</summary>
static class JobPolicyRules
{
    const int MostRules = 20;
    const int MostExitCodes = 255;

    public static void Validate(JsonObject spec, string path, FieldErrors errors)
    {
        if (spec["podFailurePolicy"] is JsonObject failure) Failure(spec, failure, path + ".podFailurePolicy.rules", errors);
        if (spec["successPolicy"] is not JsonObject success) return;
        if (spec.Text("completionMode") != "Indexed") errors.Invalid(path + ".successPolicy", Shown.Json(success), "requires indexed completion mode");
        else Success(spec, success, path + ".successPolicy.rules", errors);
    }

    static void Failure(JsonObject spec, JsonObject policy, string path, FieldErrors errors)
    {
        var rules = policy.Objects("rules");
        if (rules.Count > MostRules) errors.TooMany(path, rules.Count, MostRules);
        foreach (var (i, rule) in rules.Index())
        {
            var (at, action) = ($"{path}[{i}]", rule.Text("action"));
            if (action.Length == 0) errors.Required(at + ".action", "valid values: \"Count\", \"FailIndex\", \"FailJob\", \"Ignore\"");
            else if (action is not ("Count" or "FailIndex" or "FailJob" or "Ignore")) errors.NotSupported(at + ".action", action, ["Count", "FailIndex", "FailJob", "Ignore"]);
            else if (action == "FailIndex" && spec["backoffLimitPerIndex"] is null)
                errors.Invalid(at + ".action", action, "requires the backoffLimitPerIndex to be set");
            var (codes, conditions) = (rule["onExitCodes"] as JsonObject, rule.Objects("onPodConditions"));
            if (codes is not null && conditions.Count > 0) errors.Invalid(at, Shown.Json(rule), "specifying both OnExitCodes and OnPodConditions is not supported");
            if (codes is null && conditions.Count == 0) errors.Invalid(at, Shown.Json(rule), "specifying one of OnExitCodes and OnPodConditions is required");
            if (codes is not null) ExitCodes(spec, codes, at + ".onExitCodes", errors);
            if (conditions.Count > MostRules) errors.TooMany(at + ".onPodConditions", conditions.Count, MostRules);
            foreach (var (c, condition) in conditions.Index())
                if (condition.Text("status") is not ("True" or "False" or "Unknown"))
                    errors.NotSupported($"{at}.onPodConditions[{c}].status", condition.Text("status"), ["False", "True", "Unknown"]);
        }
    }

    static void ExitCodes(JsonObject spec, JsonObject codes, string path, FieldErrors errors)
    {
        var op = codes.Text("operator");
        if (op is not ("In" or "NotIn")) errors.NotSupported(path + ".operator", op, ["In", "NotIn"]);
        if (codes.Text("containerName") is { Length: > 0 } name
            && !spec.Objects("template.spec.containers").Concat(spec.Objects("template.spec.initContainers")).Any(c => c.Text("name") == name))
            errors.Invalid(path + ".containerName", name, "must be one of the container or initContainer names in the pod template");
        var values = (codes["values"] as JsonArray ?? []).OfType<JsonValue>().Select(v => v.TryGetValue(out int number) ? number : 0).ToArray();
        if (values.Length == 0) errors.Invalid(path + ".values", "[]", "at least one value is required");
        if (values.Length > MostExitCodes) errors.TooMany(path + ".values", values.Length, MostExitCodes);
        var seen = new HashSet<int>();
        foreach (var (i, value) in values.Index())
        {
            if (value == 0 && op == "In") errors.Invalid($"{path}.values[{i}]", value, "must not be 0 for the In operator");
            if (!seen.Add(value)) errors.Duplicate($"{path}.values[{i}]", value);
        }
        if (values.Zip(values.Skip(1)).Any(p => p.First > p.Second)) errors.Invalid(path + ".values", Shown.Json(codes["values"]), "must be ordered");
    }

    static void Success(JsonObject spec, JsonObject policy, string path, FieldErrors errors)
    {
        var rules = policy.Objects("rules");
        if (rules.Count == 0) errors.Required(path, "at least one rules must be specified when the successPolicy is specified");
        if (rules.Count > MostRules) errors.TooMany(path, rules.Count, MostRules);
        var completions = spec.Number("completions") ?? 0;
        foreach (var (i, rule) in rules.Index())
        {
            var (indexes, count) = (rule.Text("succeededIndexes"), rule.Number("succeededCount"));
            if (rule["succeededIndexes"] is null && count is null)
                errors.Required($"{path}[{i}]", "at least one of succeededCount or succeededIndexes must be specified");
            if (count <= 0) errors.Invalid($"{path}[{i}].succeededCount", count, "must be greater than or equal to 0");
            if (count > completions) errors.Invalid($"{path}[{i}].succeededCount", count, $"must be less than or equal to {completions} (the number of specified completions)");
            if (indexes.Length == 0) continue;
            if (IndexCount(indexes, completions) is not { } named)
                errors.Invalid($"{path}[{i}].succeededIndexes", indexes, "error parsing succeededIndexes: cannot convert string to integer for index");
            else if (count > named)
                errors.Invalid($"{path}[{i}].succeededCount", count, $"must be less than or equal to {named} (the number of indexes in the specified succeededIndexes field)");
        }
    }

    /// <summary>How many indexes a text such as 1,3-5,7 names; null if it is none, is not ascending or goes beyond the completions.</summary>
    static long? IndexCount(string text, long completions)
    {
        long count = 0, last = -1;
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !long.TryParse(ends[0], out var first) || !long.TryParse(ends[^1], out var end) || first <= last || end < first || end >= completions) return null;
            count += end - first + 1;
            last = end;
        }
        return count;
    }
}
