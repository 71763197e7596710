using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Bounds in order, metrics that say what they aim at, and speeds that can be kept.</summary>
sealed class HorizontalPodAutoscalerRules : ResourceRules
{
    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject { ["desiredReplicas"] = 0 };

    public override void Default(JsonObject obj)
    {
        var spec = obj.Make("spec");
        spec.SetDefault("minReplicas", 1);
        if (spec["metrics"] is not JsonArray { Count: > 0 }) spec["metrics"] = new JsonArray(JsonNode.Parse(
            """{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}"""));
        obj.Make("status").SetDefault("desiredReplicas", 0);
        if (spec["behavior"] is not JsonObject behavior) return;
        var up = behavior.Make("scaleUp");
        up.SetDefault("stabilizationWindowSeconds", 0);
        Speed(up, """[{"type":"Pods","value":4,"periodSeconds":15},{"type":"Percent","value":100,"periodSeconds":15}]""");
        Speed(behavior.Make("scaleDown"), """[{"type":"Percent","value":100,"periodSeconds":15}]""");
    }

    static void Speed(JsonObject rules, string policies)
    {
        rules.SetDefault("selectPolicy", "Max");
        rules["policies"] ??= JsonNode.Parse(policies);
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors) => Validate(obj, errors, 1);

    // An autoscaler that scales to zero already may keep doing so.
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) =>
        Validate(obj, errors, old.Number("spec.minReplicas") == 0 ? 0 : 1);

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors) =>
        obj.NonNegative(errors, "status.currentReplicas", "status.desiredReplicas");

    static void Validate(JsonObject obj, FieldErrors errors, int least)
    {
        var (min, max) = (obj.Number("spec.minReplicas"), obj.Number("spec.maxReplicas") ?? 0);
        if (min < least) errors.Invalid("spec.minReplicas", min, $"must be greater than or equal to {least}");
        if (max < 1) errors.Invalid("spec.maxReplicas", max, "must be greater than 0");
        if (max < min) errors.Invalid("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`");
        MetricRules.Reference(obj.At("spec.scaleTargetRef"), "spec.scaleTargetRef", errors);
        var metrics = obj.Objects("spec.metrics");
        foreach (var (i, metric) in metrics.Index()) MetricRules.Validate(metric, $"spec.metrics[{i}]", errors);
        if (min == 0 && !metrics.Any(m => m.Text("type") is "Object" or "External"))
            errors.Forbidden("spec.metrics", "must specify at least one Object or External metric to support scaling to zero replicas");
        foreach (var direction in (string[])["scaleUp", "scaleDown"])
            if (obj.At("spec.behavior." + direction) is JsonObject rules) Behavior(rules, "spec.behavior." + direction, errors);
    }

    static void Behavior(JsonObject rules, string path, FieldErrors errors)
    {
        if (rules.Number("stabilizationWindowSeconds") is { } window)
        {
            if (window < 0) errors.Invalid(path + ".stabilizationWindowSeconds", window, "must be greater than or equal to zero");
            if (window > 3600) errors.Invalid(path + ".stabilizationWindowSeconds", window, "must be less than or equal to 3600");
        }
        if (rules.Text("selectPolicy") is { Length: > 0 } select and not ("Max" or "Min" or "Disabled"))
            errors.NotSupported(path + ".selectPolicy", select, ["Disabled", "Max", "Min"]);
        var policies = rules.Objects("policies");
        if (policies.Count == 0) errors.Required(path + ".policies", "must specify at least one Policy");
        foreach (var (i, policy) in policies.Index())
        {
            var at = $"{path}.policies[{i}]";
            if (policy.Text("type") is not ("Pods" or "Percent")) errors.NotSupported(at + ".type", policy.Text("type"), ["Percent", "Pods"]);
            if (policy.Number("value") is null or <= 0) errors.Invalid(at + ".value", policy.Number("value") ?? 0, "must be greater than zero");
            var period = policy.Number("periodSeconds") ?? 0;
            if (period <= 0) errors.Invalid(at + ".periodSeconds", period, "must be greater than zero");
            if (period > 1800) errors.Invalid(at + ".periodSeconds", period, "must be less than or equal to 1800");
        }
    }
}
