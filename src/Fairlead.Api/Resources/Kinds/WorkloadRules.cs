using System.Text.Json.Nodes;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources.Pods;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>What Deployments and ReplicaSets have in common: a number, a selector that stays, and a template that it matches.</summary>
static class WorkloadRules
{
    public static void Default(JsonObject spec)
    {
        spec.SetDefault("replicas", 1);
        if (spec.At("template.spec") is JsonObject pod) PodSpecRules.Default(pod, isPod: false);
    }

    public static void Validate(JsonObject obj, FieldErrors errors)
    {
        foreach (var field in (string[])["replicas", "minReadySeconds"])
            if (obj.Number("spec." + field) is < 0 and var number) errors.Invalid("spec." + field, number, "must be greater than or equal to 0");
        ValidateSelector(obj, errors);
        ValidateTemplate(obj, errors);
    }

    /// <summary>The selector says which Pods are whose; changing it would leave Pods behind.</summary>
    public static void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        if (!JsonNode.DeepEquals(obj.At("spec.selector"), old.At("spec.selector")))
            errors.Add(FieldErrorType.FieldValueInvalid, "spec.selector",
                $"Invalid value: {obj.At("spec.selector")?.ToJsonString() ?? "null"}: field is immutable");
    }

    /// <summary>Counts of a status are not negative, and none is greater than the count it is part of.</summary>
    public static void ValidateStatus(JsonObject obj, FieldErrors errors, params ReadOnlySpan<string> counts)
    {
        var all = obj.Number("status.replicas") ?? 0;
        foreach (var count in counts)
        {
            var number = obj.Number("status." + count) ?? 0;
            if (number < 0) errors.Invalid("status." + count, number, "must be greater than or equal to 0");
            if (number > all && count != "replicas") errors.Invalid("status." + count, number, "cannot be greater than status.replicas");
        }
        var (ready, available) = (obj.Number("status.readyReplicas") ?? 0, obj.Number("status.availableReplicas") ?? 0);
        if (available > ready) errors.Invalid("status.availableReplicas", available, "cannot be greater than readyReplicas");
    }

    static void ValidateSelector(JsonObject obj, FieldErrors errors)
    {
        if (obj.At("spec.selector") is not JsonObject selector)
        {
            errors.Required("spec.selector");
            return;
        }
        var before = errors.All.Count;
        MetadataRules.ValidateLabels(selector.Pairs("matchLabels"), "spec.selector.matchLabels", errors);
        var expressions = selector.Objects("matchExpressions");
        for (var i = 0; i < expressions.Count; i++) ValidateExpression(expressions[i], $"spec.selector.matchExpressions[{i}]", errors);
        if (selector.Pairs("matchLabels").Count + expressions.Count == 0)
            errors.Invalid("spec.selector", "", "empty selector is invalid for deployment");
        else if (errors.All.Count == before && !Matches(selector, obj.Pairs("spec.template.metadata.labels").ToDictionary()))
            errors.Add(FieldErrorType.FieldValueInvalid, "spec.template.metadata.labels",
                $"Invalid value: {obj.At("spec.template.metadata.labels")?.ToJsonString() ?? "null"}: `selector` does not match template `labels`");
    }

    static void ValidateExpression(JsonObject expression, string path, FieldErrors errors)
    {
        var (op, values) = (expression.Text("operator"), expression.Texts("values"));
        if (op is "In" or "NotIn")
        {
            if (values.Count == 0) errors.Required(path + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
        }
        else if (op is "Exists" or "DoesNotExist")
        {
            if (values.Count > 0) errors.Forbidden(path + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
        else errors.Invalid(path + ".operator", op, "not a valid selector operator");
        if (NameSyntax.QualifiedName(expression.Text("key")) is { } wrong) errors.Invalid(path + ".key", expression.Text("key"), wrong);
    }

    static bool Matches(JsonObject selector, Dictionary<string, string> labels) =>
        selector.Pairs("matchLabels").All(p => labels.TryGetValue(p.Key, out var value) && value == p.Value)
        && selector.Objects("matchExpressions").All(e =>
        {
            var present = labels.TryGetValue(e.Text("key"), out var value);
            return e.Text("operator") switch
            {
                "In" => present && e.Texts("values").Contains(value),
                "NotIn" => !present || !e.Texts("values").Contains(value),
                "Exists" => present,
                _ => !present,
            };
        });

    static void ValidateTemplate(JsonObject obj, FieldErrors errors)
    {
        if (obj.At("spec.template") is not JsonObject template)
        {
            errors.Required("spec.template");
            return;
        }
        MetadataRules.ValidateLabels(template.Pairs("metadata.labels"), "spec.template.labels", errors);
        MetadataRules.ValidateAnnotations(template.Pairs("metadata.annotations"), "spec.template.annotations", errors);
        if (template["spec"] is not JsonObject pod)
        {
            errors.Required("spec.template.spec.containers");
            return;
        }
        PodSpecRules.Validate(pod, "spec.template.spec", errors, isPod: false);
        if (pod.Text("restartPolicy") is { Length: > 0 } policy && policy != "Always")
            errors.NotSupported("spec.template.spec.restartPolicy", policy, ["Always"]);
        if (pod.At("activeDeadlineSeconds") is not null)
            errors.Forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported");
    }
}
