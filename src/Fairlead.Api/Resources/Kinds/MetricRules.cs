using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of one metric of an autoscaler.</summary>
static class MetricRules
{
    static readonly string[] Types = ["ContainerResource", "External", "Object", "Pods", "Resource"];

    public static void Reference(JsonNode? reference, string path, FieldErrors errors)
    {
        FieldChecks.Segment(reference.Text("kind"), path + ".kind", errors);
        FieldChecks.Segment(reference.Text("name"), path + ".name", errors);
    }

    public static void Validate(JsonObject metric, string path, FieldErrors errors)
    {
        var type = metric.Text("type");
        if (type.Length == 0) errors.Required(path + ".type", "must specify a metric source type");
        if (!Types.Contains(type))
        {
            errors.NotSupported(path + ".type", type, Types);
            return;
        }
        var field = AutoscalerMetrics.FieldOf(metric);
        if (metric[field] is JsonObject source) Source(source, field, $"{path}.{field}", errors);
        else errors.Required($"{path}.{field}", "must populate information for the given metric source");
        foreach (var (other, value) in metric)
            if (other != "type" && other != field && value is JsonObject)
                errors.Forbidden($"{path}.{other}", "must populate the given metric source only");
    }

    static void Source(JsonObject source, string field, string path, FieldErrors errors)
    {
        var target = source["target"];
        if (field == "object") Reference(source["describedObject"], path + ".describedObject", errors);
        if (field is "resource" or "containerResource") Resource(source, field, path, errors);
        else if (source.Text("metric.name").Length == 0) errors.Required(path + ".metric.name", "must specify a metric name");
        else FieldChecks.Form(source.Text("metric.name"), path + ".metric.name", NameSyntax.PathSegment, errors);
        Target(target, path + ".target", errors);
        var (value, average) = (target.At("value"), target.At("averageValue"));
        var at = path + ".target.averageValue";
        if (field == "object" && value is null && average is null) errors.Required(at, "must set either a target value or averageValue");
        if (field == "external" && value is null && average is null) errors.Required(at, "must set either a target value for metric or a per-pod target");
        if (field == "external" && value is not null && average is not null)
            errors.Forbidden(path + ".target.value", "may not set both a target value for metric and a per-pod target");
        if (field == "pods" && average is null) errors.Required(at, "must specify a positive target averageValue");
    }

    static void Resource(JsonObject source, string field, string path, FieldErrors errors)
    {
        if (source.Text("name").Length == 0) errors.Required(path + ".name", "must specify a resource name");
        if (field == "containerResource")
        {
            if (source.Text("container").Length == 0) errors.Required(path + ".container", "must specify a container");
            else FieldChecks.Form(source.Text("container"), path + ".container", NameSyntax.Label, errors);
        }
        var (utilization, average) = (source.At("target.averageUtilization"), source.At("target.averageValue"));
        if (utilization is null && average is null)
            errors.Required(path + ".target.averageUtilization", "must set either a target raw value or a target utilization");
        if (utilization is not null && average is not null)
            errors.Forbidden(path + ".target.averageValue", "may not set both a target raw value and a target utilization");
    }

    static void Target(JsonNode? target, string path, FieldErrors errors)
    {
        var type = target.Text("type");
        if (type.Length == 0) errors.Required(path + ".type", "must specify a metric target type");
        if (type is not ("Utilization" or "Value" or "AverageValue")) errors.Invalid(path + ".type", type, "must be either Utilization, Value, or AverageValue");
        foreach (var field in (string[])["value", "averageValue"])
            if (target.At(field) is { } node && Quantity.TryParse(node.AsText() ?? node.ToJsonString(), out var amount) && amount.Sign <= 0)
                errors.Invalid($"{path}.{field}", amount.ToString(), "must be positive");
        if (target.Number("averageUtilization") is < 1 and var percent) errors.Invalid(path + ".averageUtilization", percent, "must be greater than 0");
    }
}
