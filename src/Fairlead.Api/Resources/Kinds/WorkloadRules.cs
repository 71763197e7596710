using Fairlead.Api.Errors;
using Fairlead.Api.Resources.Pods;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>What the kinds that keep Pods by a template have in common: a number, a selector that stays, and a template that it matches.</summary>
static class WorkloadRules
{
    public static void Default(JsonObject spec)
    {
        spec.SetDefault("replicas", 1);
        DefaultTemplate(spec);
    }

    public static void DefaultTemplate(JsonObject spec)
    {
        if (spec.At("template.spec") is JsonObject pod) PodSpecRules.Default(pod, isPod: false);
    }

    /// <param name="kind">The kind's name in small letters, for messages.</param>
    public static void Validate(JsonObject obj, FieldErrors errors, string kind = "deployment")
    {
        obj.NonNegative(errors, "spec.replicas", "spec.minReadySeconds", "spec.revisionHistoryLimit");
        ValidateSelector(obj, errors, kind);
        ValidateTemplate(obj.At("spec.template") as JsonObject, "spec.template", errors);
        if (obj.At("spec.template.spec") is not JsonObject pod) return;
        if (pod.Text("restartPolicy") is { Length: > 0 } policy && policy != "Always")
            errors.NotSupported("spec.template.spec.restartPolicy", policy, ["Always"]);
        if (pod.At("activeDeadlineSeconds") is not null)
            errors.Forbidden("spec.template.spec.activeDeadlineSeconds", $"activeDeadlineSeconds in {KindOf(kind)} is not Supported");
    }

    // Upstream's Deployments and StatefulSets check their template as that of a ReplicaSet.
    static string KindOf(string kind) => kind == "daemonset" ? "DaemonSet" : "ReplicaSet";

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

    static void ValidateSelector(JsonObject obj, FieldErrors errors, string kind)
    {
        if (obj.At("spec.selector") is not JsonObject selector)
        {
            errors.Required("spec.selector");
            return;
        }
        var before = errors.All.Count;
        ValidateSelector(selector, "spec.selector", errors);
        if (selector.Pairs("matchLabels").Count + selector.Objects("matchExpressions").Count == 0)
            errors.Invalid("spec.selector", "", $"empty selector is invalid for {kind}");
        else if (errors.All.Count == before && !Matches(selector, obj.Pairs("spec.template.metadata.labels").ToDictionary()))
            errors.Add(FieldErrorType.FieldValueInvalid, "spec.template.metadata.labels",
                $"Invalid value: {obj.At("spec.template.metadata.labels")?.ToJsonString() ?? "null"}: `selector` does not match template `labels`");
    }

    /// <summary>Adds what is wrong with a label selector.</summary>
    public static void ValidateSelector(JsonNode? selector, string path, FieldErrors errors)
    {
        MetadataRules.ValidateLabels(selector.Pairs("matchLabels"), path + ".matchLabels", errors);
        foreach (var (i, expression) in selector.Each("matchExpressions")) ValidateExpression(expression, $"{path}.matchExpressions[{i}]", errors);
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

    /// <summary>True if labels meet every label and every expression of a selector.</summary>
    public static bool Matches(JsonObject selector, Dictionary<string, string> labels) =>
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

    /// <summary>Adds what is wrong with a Pod template but for its restart policy.</summary>
    public static void ValidateTemplate(JsonObject? template, string path, FieldErrors errors)
    {
        if (template is null)
        {
            errors.Required(path);
            return;
        }
        MetadataRules.ValidateLabels(template.Pairs("metadata.labels"), path + ".labels", errors);
        MetadataRules.ValidateAnnotations(template.Pairs("metadata.annotations"), path + ".annotations", errors);
        if (template["spec"] is JsonObject pod) PodSpecRules.Validate(pod, path + ".spec", errors, isPod: false);
        else errors.Required(path + ".spec.containers");
    }
}
