using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind ReplicationController; its selector is a plain map, and the template's labels stand in for it.</summary>
sealed class ReplicationControllerRules : ResourceRules
{
    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject { ["replicas"] = 0 };

    public override void Default(JsonObject obj)
    {
        var spec = obj.Make("spec");
        if (spec.At("template.metadata.labels") is JsonObject { Count: > 0 } labels)
        {
            if (spec["selector"] is not JsonObject { Count: > 0 }) spec["selector"] = labels.DeepClone();
            if (obj.At("metadata.labels") is not JsonObject { Count: > 0 }) obj.Make("metadata")["labels"] = labels.DeepClone();
        }
        WorkloadRules.Default(spec);
        obj.Make("status").SetDefault("replicas", 0);
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        obj.NonNegative(errors, "spec.replicas", "spec.minReadySeconds");
        var selector = obj.Pairs("spec.selector");
        if (selector.Count == 0) errors.Required("spec.selector");
        WorkloadRules.ValidateTemplate(obj.At("spec.template") as JsonObject, "spec.template", errors);
        if (obj.At("spec.template.spec") is not JsonObject pod) return;
        var labels = obj.Pairs("spec.template.metadata.labels").ToDictionary();
        if (!selector.All(p => labels.TryGetValue(p.Key, out var value) && value == p.Value))
            errors.Invalid("spec.template.metadata.labels", Shown.Json(obj.At("spec.template.metadata.labels")), "`selector` does not match template `labels`");
        if (pod.Text("restartPolicy") is { Length: > 0 } policy && policy != "Always")
            errors.NotSupported("spec.template.spec.restartPolicy", policy, ["Always"]);
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors) =>
        WorkloadRules.ValidateStatus(obj, errors, "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
}
