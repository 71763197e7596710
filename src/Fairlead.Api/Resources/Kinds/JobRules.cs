using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A Job's selector is made by the server, so that no two Jobs count the same Pods; most of it stays as it was made.</summary>
sealed class JobRules : ResourceRules
{
    const string Uid = "batch.kubernetes.io/controller-uid";
    const string Name = "batch.kubernetes.io/job-name";

    public override void PrepareForCreate(JsonObject obj)
    {
        obj["status"] = new JsonObject();
        var spec = obj.Make("spec");
        if (spec["template"] is not JsonObject template) return;
        var labels = template.At("metadata.labels");
        if (labels is JsonObject && obj.At("metadata.labels") is null or JsonObject { Count: 0 }) obj.Make("metadata")["labels"] = labels!.DeepClone();
        if (!spec.Flag("manualSelector")) GenerateSelector(obj, spec, template);
    }

    static void GenerateSelector(JsonObject obj, JsonObject spec, JsonObject template)
    {
        var (uid, name) = (obj.Text("metadata.uid"), obj.Text("metadata.name"));
        var labels = template.Make("metadata").Make("labels");
        foreach (var (key, value) in (ReadOnlySpan<(string, string)>)[(Uid, uid), ("controller-uid", uid), (Name, name), ("job-name", name)])
            labels[key] ??= value;
        var selector = spec.Make("selector");
        if (selector.At("matchExpressions") is null && selector.At("matchLabels") is null or JsonObject { Count: 0 }) selector["matchLabels"] = new JsonObject { [Uid] = uid };
    }

    public override void Default(JsonObject obj)
    {
        JobSpecRules.Default(obj.Make("spec"));
        obj.Make("status");
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        GeneratedSelector(obj, errors);
        JobSpecRules.Validate(obj.At("spec") as JsonObject ?? [], "spec", errors);
        if (obj.At("spec.selector") is not JsonObject selector) errors.Required("spec.selector");
        else
        {
            WorkloadRules.ValidateSelector(selector, "spec.selector", errors);
            if (!WorkloadRules.Matches(selector, obj.Pairs("spec.template.metadata.labels").ToDictionary()))
                errors.Invalid("spec.template.metadata.labels", Shown.Json(obj.At("spec.template.metadata.labels")), "`selector` does not match template `labels`");
        }
        if (obj.Text("spec.completionMode") != "Indexed" || obj.Number("spec.completions") is not { } completions || completions <= 0) return;
        var host = $"{obj.Text("metadata.name")}-{completions - 1}";
        if (NameSyntax.Label(host) is not null)
            errors.Invalid("metadata.name", obj.Text("metadata.name"), $"will not able to create pod with invalid DNS label: {host}");
    }

    static void GeneratedSelector(JsonObject obj, FieldErrors errors)
    {
        if (obj.Flag("spec.manualSelector") || obj.At("spec.selector") is not JsonObject selector) return;
        var (uid, name) = (obj.Text("metadata.uid"), obj.Text("metadata.name"));
        var expected = new Dictionary<string, string> { ["controller-uid"] = uid, ["job-name"] = name, [Uid] = uid, [Name] = name };
        foreach (var (key, value) in expected)
            if (obj.At("spec.template.metadata.labels")?[key].AsText() is var found && found != value)
                errors.Invalid($"spec.template.metadata.labels[{key}]", Shown.Json(obj.At("spec.template.metadata.labels")), $"must be '{value}'");
        if (!WorkloadRules.Matches(selector, expected)) errors.Invalid("spec.selector", Shown.Json(selector), "`selector` not auto-generated");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        JobSpecRules.Validate(obj.At("spec") as JsonObject ?? [], "spec", errors);
        if (!MayScale(obj, old)) obj.Unchanged(old, errors, "spec.completions");
        obj.Unchanged(old, errors, "spec.selector");
        if (!JsonNode.DeepEquals(Fixed(obj, old), Fixed(old, old))) obj.Unchanged(old, errors, "spec.template");
        obj.Unchanged(old, errors, "spec.completionMode", "spec.podFailurePolicy", "spec.backoffLimitPerIndex", "spec.managedBy", "spec.successPolicy");
    }

    /// <summary>An Indexed Job may be made larger or smaller if both of its numbers change alike (KEP-3715).</summary>
    static bool MayScale(JsonObject obj, JsonObject old)
    {
        var (completions, parallelism) = (obj.Number("spec.completions"), obj.Number("spec.parallelism"));
        return obj.Text("spec.completionMode") == "Indexed" && completions is not null && completions == parallelism && old.At("spec.completions") is not null;
    }

    /// <summary>What of the template stays. Where the Pods of a Job go may change while it is suspended and has not begun (KEP-2926).</summary>
    static JsonNode? Fixed(JsonObject obj, JsonObject old)
    {
        var template = obj.At("spec.template")?.DeepClone();
        if (!old.Flag("spec.suspend") || old.At("status.startTime") is not null) return template;
        foreach (var field in (string[])["nodeSelector", "affinity", "tolerations", "schedulingGates"]) (template.At("spec") as JsonObject)?.Remove(field);
        foreach (var field in (string[])["labels", "annotations"]) (template.At("metadata") as JsonObject)?.Remove(field);
        return template;
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors) =>
        obj.NonNegative(errors, "status.active", "status.succeeded", "status.failed", "status.ready", "status.terminating");
}
