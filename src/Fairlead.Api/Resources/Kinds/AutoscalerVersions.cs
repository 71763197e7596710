using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>
/// autoscaling/v1 knows one metric, average use of CPU. Everything else that v2 says travels in annotations under the
/// names and in the forms that upstream uses, so that a v1 client that writes back what it read loses nothing.
/// </summary>
static class AutoscalerVersions
{
    const string Prefix = "autoscaling.alpha.kubernetes.io/";
    const string MetricsKey = Prefix + "metrics";
    const string CurrentKey = Prefix + "current-metrics";
    const string ConditionsKey = Prefix + "conditions";
    const string BehaviorKey = Prefix + "behavior";

    public static void ToV1(JsonObject hpa)
    {
        var (spec, status) = (hpa.Make("spec"), hpa.Make("status"));
        var cpu = Split(spec, "metrics", "target", out var metrics);
        var currentCpu = Split(status, "currentMetrics", "current", out var current);
        if (cpu is { } wanted) spec["targetCPUUtilizationPercentage"] = wanted;
        if (currentCpu is { } used) status["currentCPUUtilizationPercentage"] = used;
        status.SetDefault("currentReplicas", 0);
        Annotate(hpa, MetricsKey, metrics.Count == 0 ? null : new JsonArray([.. metrics.Select(AutoscalerMetricForms.ToV1)]));
        Annotate(hpa, CurrentKey, current.Count == 0 ? null : new JsonArray([.. current.Select(AutoscalerMetricForms.ToV1)]));
        Annotate(hpa, ConditionsKey, Take(status, "conditions"));
        Annotate(hpa, BehaviorKey, Take(spec, "behavior"));
    }

    public static void FromV1(JsonObject hpa)
    {
        var (spec, status) = (hpa.Make("spec"), hpa.Make("status"));
        Join(spec, "metrics", Annotation(hpa, MetricsKey) as JsonArray, Take(spec, "targetCPUUtilizationPercentage"), "target");
        Join(status, "currentMetrics", Annotation(hpa, CurrentKey) as JsonArray, Take(status, "currentCPUUtilizationPercentage"), "current");
        if (Annotation(hpa, ConditionsKey) is JsonArray conditions) status["conditions"] = conditions;
        if (Annotation(hpa, BehaviorKey) is JsonObject behavior) spec["behavior"] = behavior;
        if (hpa.At("metadata.annotations") is JsonObject { Count: 0 }) hpa.Make("metadata").Remove("annotations");
    }

    /// <summary>Takes the list out of its owner: CPU in percent apart, all others as they are.</summary>
    static long? Split(JsonObject owner, string field, string value, out List<JsonObject> others)
    {
        long? cpu = null;
        others = [];
        foreach (var metric in owner.Objects(field))
            if (metric.Text("type") == "Resource" && metric.Text("resource.name") == "cpu" && metric.Number($"resource.{value}.averageUtilization") is { } percent) cpu ??= percent;
            else others.Add(metric);
        owner.Remove(field);
        return cpu;
    }

    static void Join(JsonObject owner, string field, JsonArray? others, JsonNode? cpu, string value)
    {
        var metrics = new JsonArray([.. (others ?? []).OfType<JsonObject>().Select(AutoscalerMetricForms.FromV1)]);
        if (cpu is not null)
        {
            var amount = new JsonObject { ["averageUtilization"] = cpu };
            if (value == "target") amount.Insert(0, "type", "Utilization");
            metrics.Add(new JsonObject { ["type"] = "Resource", ["resource"] = new JsonObject { ["name"] = "cpu", [value] = amount } });
        }
        if (metrics.Count > 0) owner[field] = metrics;
    }

    static void Annotate(JsonObject hpa, string key, JsonNode? value)
    {
        if (value is not null) hpa.Make("metadata").Make("annotations")[key] = value.ToJsonString();
    }

    /// <summary>Takes the annotation away; null if it is absent or no JSON, which a user may have written there.</summary>
    static JsonNode? Annotation(JsonObject hpa, string key)
    {
        if (hpa.At("metadata.annotations") is not JsonObject annotations || annotations[key].AsText() is not { } text) return null;
        annotations.Remove(key);
        try { return JsonNode.Parse(text); }
        catch (JsonException) { return null; }
    }

    static JsonNode? Take(JsonObject owner, string field)
    {
        var value = owner[field];
        owner.Remove(field);
        return value;
    }
}
