using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of the fields that say where a Pod may run, affinity apart.</summary>
static class SchedulingRules
{
    public static void Validate(JsonObject spec, string path, FieldErrors errors)
    {
        foreach (var (key, value) in spec.Pairs("nodeSelector"))
        {
            if (NameSyntax.QualifiedName(key) is { } problem) errors.Invalid($"{path}.nodeSelector", key, problem);
            if (NameSyntax.LabelValue(value) is { } bad) errors.Invalid($"{path}.nodeSelector", value, bad);
        }
        if (spec["affinity"] is JsonObject affinity) AffinityRules.Validate(affinity, $"{path}.affinity", errors);
        foreach (var (i, gate) in spec.Each("readinessGates"))
            if (gate["conditionType"] is not null && NameSyntax.QualifiedName(gate.Text("conditionType")) is { } problem)
                errors.Invalid($"{path}.readinessGates[{i}].conditionType", gate.Text("conditionType"), problem);
        SchedulingGates(spec, $"{path}.schedulingGates", errors);
        SpreadConstraints(spec, $"{path}.topologySpreadConstraints", errors);
        Tolerations(spec.Objects("tolerations"), $"{path}.tolerations", errors);
    }

    /// <summary>Adds what is wrong with tolerations.</summary>
    public static void Tolerations(IReadOnlyList<JsonObject> tolerations, string path, FieldErrors errors)
    {
        foreach (var (i, toleration) in tolerations.Index())
        {
            var at = $"{path}[{i}]";
            var (key, op, value, effect) = (toleration.Text("key"), toleration.Text("operator"), toleration.Text("value"), toleration.Text("effect"));
            if (key.Length > 0 && NameSyntax.QualifiedName(key) is { } problem) errors.Invalid($"{at}.key", key, problem);
            if (key.Length == 0 && op != "Exists")
                errors.Invalid($"{at}.operator", op, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            if (toleration["tolerationSeconds"] is not null && effect != "NoExecute")
                errors.Invalid($"{at}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
            if (op == "Exists" && value.Length > 0) errors.Invalid($"{at}.operator", value, "value must be empty when `operator` is 'Exists'");
            else if (op is "" or "Equal" && NameSyntax.LabelValue(value) is { } bad) errors.Invalid($"{at}.operator", value, bad);
            else if (op is not ("" or "Equal" or "Exists")) errors.NotSupported($"{at}.operator", op, ["Equal", "Exists"]);
            if (effect is not ("" or "NoSchedule" or "PreferNoSchedule" or "NoExecute"))
                errors.NotSupported($"{at}.effect", effect, ["NoSchedule", "PreferNoSchedule", "NoExecute"]);
        }
    }

    static void SchedulingGates(JsonObject spec, string path, FieldErrors errors)
    {
        var names = new HashSet<string>();
        foreach (var (i, gate) in spec.Each("schedulingGates"))
        {
            var name = gate.Text("name");
            if (gate["name"] is not null && NameSyntax.QualifiedName(name) is { } problem) errors.Invalid($"{path}[{i}]", name, problem);
            if (!names.Add(name)) errors.Duplicate($"{path}[{i}]", name);
        }
    }

    static void SpreadConstraints(JsonObject spec, string path, FieldErrors errors)
    {
        var seen = new HashSet<string>();
        foreach (var (i, constraint) in spec.Each("topologySpreadConstraints"))
        {
            var at = $"{path}[{i}]";
            var (key, action) = (constraint.Text("topologyKey"), constraint.Text("whenUnsatisfiable"));
            if (constraint.Number("maxSkew") is <= 0 and var skew) errors.Invalid($"{at}.maxSkew", skew, "must be greater than zero");
            if (key.Length == 0 && constraint["topologyKey"] is not null) errors.Required($"{at}.topologyKey", "can not be empty");
            if (!seen.Add($"{{{key}, {action}}}")) errors.Duplicate($"{at}.{{topologyKey, whenUnsatisfiable}}", $"{{{key}, {action}}}");
            if (constraint.Number("minDomains") is { } least)
            {
                if (least <= 0) errors.Invalid($"{at}.minDomains", least, "must be greater than zero");
                if (action.Length > 0 && action != "DoNotSchedule")
                    errors.Invalid($"{at}.minDomains", least, $"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
            }
            SelectorRules.LabelSelector(constraint["labelSelector"] as JsonObject, $"{at}.labelSelector", errors);
        }
    }
}
