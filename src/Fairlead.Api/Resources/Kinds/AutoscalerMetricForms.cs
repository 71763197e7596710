using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>One metric in the form of autoscaling/v2, and in the flatter form in which autoscaling/v1 carries it in annotations.</summary>
static class AutoscalerMetricForms
{
    static readonly string[] Amounts = ["Value", "AverageValue", "AverageUtilization"];

    /// <summary>A metric's target, or its current value, moves beside its name.</summary>
    public static JsonObject ToV1(JsonObject metric)
    {
        var field = AutoscalerMetrics.FieldOf(metric);
        var flat = new JsonObject();
        if (metric[field] is not JsonObject source) return (JsonObject)metric.DeepClone();
        var isTarget = source["target"] is JsonObject;
        Put(flat, "target", source["describedObject"]);
        Put(flat, "name", source["name"]);
        Put(flat, "container", source["container"]);
        Put(flat, "metricName", source.At("metric.name"));
        Put(flat, field == "external" ? "metricSelector" : "selector", source.At("metric.selector"));
        var amounts = source[isTarget ? "target" : "current"];
        foreach (var amount in Amounts)
            Put(flat, NameOf(field, amount, isTarget ? "target" : "current"), amounts.At(char.ToLowerInvariant(amount[0]) + amount[1..]));
        return new() { ["type"] = metric.Text("type"), [field] = flat };
    }

    public static JsonObject FromV1(JsonObject metric)
    {
        var field = AutoscalerMetrics.FieldOf(metric);
        if (metric[field] is not JsonObject flat) return (JsonObject)metric.DeepClone();
        var isTarget = !flat.Any(f => f.Key.StartsWith("current", StringComparison.Ordinal));
        var kind = isTarget ? "target" : "current";
        var amounts = new JsonObject();
        foreach (var amount in Amounts) Put(amounts, char.ToLowerInvariant(amount[0]) + amount[1..], flat[NameOf(field, amount, kind)]);
        if (isTarget) amounts.Insert(0, "type", amounts.ContainsKey("averageUtilization") ? "Utilization" : amounts.ContainsKey("averageValue") ? "AverageValue" : "Value");
        var source = new JsonObject();
        Put(source, "name", flat["name"]);
        Put(source, "container", flat["container"]);
        if (field == "object") Put(source, "describedObject", flat["target"]);
        if (flat["metricName"] is { } name)
        {
            var metricName = new JsonObject { ["name"] = name.DeepClone() };
            Put(metricName, "selector", flat[field == "external" ? "metricSelector" : "selector"]);
            source["metric"] = metricName;
        }
        source[kind] = amounts;
        return new() { ["type"] = metric.Text("type"), [field] = source };
    }

    /// <summary>targetValue, currentAverageValue and so on; the average of an object's metric is averageValue in both.</summary>
    static string NameOf(string field, string amount, string kind) => field == "object" && amount == "AverageValue" ? "averageValue" : kind + amount;

    static void Put(JsonObject into, string name, JsonNode? value)
    {
        if (value is not null) into[name] = value.DeepClone();
    }
}
