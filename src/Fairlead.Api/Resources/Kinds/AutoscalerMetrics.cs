using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>The metrics of an autoscaler as one cell: each as it is and as it is wanted, at most two.</summary>
static class AutoscalerMetrics
{
    const int Most = 2;

    public static string Show(JsonObject hpa)
    {
        var metrics = hpa.Objects("spec.metrics");
        if (metrics.Count == 0) return Cells.None;
        var current = hpa.Objects("status.currentMetrics");
        var shown = metrics.Take(Most).Select((m, i) => One(m, i < current.Count ? current[i] : null));
        var text = string.Join(", ", shown);
        return metrics.Count > Most ? $"{text} + {metrics.Count - Most} more..." : text;
    }

    /// <summary>The field of a metric that its type names.</summary>
    public static string FieldOf(JsonObject metric) => metric.Text("type") is { Length: > 0 } type ? char.ToLowerInvariant(type[0]) + type[1..] : "";

    static string One(JsonObject metric, JsonObject? status)
    {
        var field = FieldOf(metric);
        if (field is not ("external" or "pods" or "object" or "resource" or "containerResource")) return "<unknown type>";
        var (target, current) = (metric.At(field + ".target"), status.At(field + ".current"));
        var isResource = field is "resource" or "containerResource";
        var name = isResource ? metric.Text(field + ".name") + ": " : "";
        if (target.Text("averageValue") is { Length: > 0 } average)
            return $"{name}{Or(current.Text("averageValue"))}/{average}{(field is "external" or "object" ? " (avg)" : "")}";
        return isResource
            ? $"{name}{Percent(current.Number("averageUtilization"), Cells.Unknown)}/{Percent(target.Number("averageUtilization"), "<auto>")}"
            : $"{Or(current.Text("value"))}/{target.Text("value")}";
    }

    static string Or(string text) => text.Length > 0 ? text : Cells.Unknown;

    static string Percent(long? number, string otherwise) => number is { } n ? $"{n}%" : otherwise;
}
