using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>What of an existing Pod may change, and through which subresource.</summary>
public static class PodUpdateRules
{
    const string OnlyThese = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
        + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
        + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    /// <summary>Adds what an update of the Pod itself may not do. Both specs have their defaults.</summary>
    public static void Validate(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(errors);
        foreach (var list in (string[])["containers", "initContainers"])
        {
            if (spec.Objects(list).Count == old.Objects(list).Count) continue;
            errors.Forbidden($"spec.{list}", "pod updates may not add or remove containers");
            return;
        }
        ActiveDeadline(spec, old, errors);
        Tolerations(spec, old, errors);
        Gates(spec, old, errors);
        var (now, before) = (Bare(spec), Bare(old));
        TakeOver(now, before);
        if (JsonNode.DeepEquals(now, before)) return;
        var changed = now.Concat(before).Select(p => p.Key).Distinct().Where(k => !JsonNode.DeepEquals(now[k], before[k]));
        errors.Forbidden("spec", $"{OnlyThese}\nchanged: {string.Join(", ", changed.Select(c => $"spec.{c}"))}");
    }

    /// <summary>Adds what an update through the ephemeralcontainers subresource may not do.</summary>
    public static void ValidateEphemeralContainers(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var now = spec.Objects("ephemeralContainers").ToLookup(c => c.Text("name"));
        foreach (var container in old.Objects("ephemeralContainers"))
        {
            var name = container.Text("name");
            if (now[name].FirstOrDefault() is not { } same)
                errors.Forbidden("spec.ephemeralContainers", $"existing ephemeral containers \"{name}\" may not be removed\n");
            else if (!JsonNode.DeepEquals(Bare(same), Bare(container)))
                errors.Forbidden("spec.ephemeralContainers", $"existing ephemeral containers \"{name}\" may not be changed\n");
        }
    }

    static void ActiveDeadline(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        var (now, before) = (spec.Number("activeDeadlineSeconds"), old.Number("activeDeadlineSeconds"));
        if (before is null) return;
        if (now is null) errors.Invalid("spec.activeDeadlineSeconds", null, "must not update from a positive integer to nil value");
        else if (now > before) errors.Invalid("spec.activeDeadlineSeconds", now, "must be less than or equal to previous value");
    }

    static void Tolerations(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        var now = spec.Objects("tolerations").Select(WithoutSeconds).ToList();
        if (old.Objects("tolerations").Select(WithoutSeconds).Any(o => !now.Any(n => JsonNode.DeepEquals(n, o))))
            errors.Forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");

        static JsonNode WithoutSeconds(JsonObject toleration)
        {
            var bare = Bare(toleration);
            bare.Remove("tolerationSeconds");
            return bare;
        }
    }

    static void Gates(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        var before = old.Objects("schedulingGates").Select(g => g.Text("name")).ToHashSet();
        foreach (var (i, gate) in spec.Each("schedulingGates"))
            if (gate.Text("name") is var name && !before.Contains(name))
                errors.Forbidden($"spec.schedulingGates[{i}].name", $"only deletion is allowed, but found new scheduling gate '{name}'");
    }

    /// <summary>Makes the fields that may change equal, so that what still differs may not.</summary>
    static void TakeOver(JsonObject now, JsonObject before)
    {
        foreach (var list in (string[])["containers", "initContainers"])
            foreach (var (container, was) in now.Objects(list).Zip(before.Objects(list))) Copy(container, was, "image");
        foreach (var field in (string[])["activeDeadlineSeconds", "tolerations", "schedulingGates"]) Copy(now, before, field);
        if (before.Number("terminationGracePeriodSeconds") < 0 && now.Number("terminationGracePeriodSeconds") == 1)
            Copy(now, before, "terminationGracePeriodSeconds");
        if (before.Objects("schedulingGates").Count == 0) return;
        // A gated Pod has not been seen by the scheduler: where it may run can still be narrowed (KEP-3838).
        if (before.Pairs("nodeSelector").All(p => now.Pairs("nodeSelector").Contains(p)))
            Copy(now, before, "nodeSelector");
        if (before.At("affinity.nodeAffinity") is not null || now["affinity"] is not JsonObject affinity) return;
        affinity.Remove("nodeAffinity");
        if (affinity.Count == 0 && before["affinity"] is null) now.Remove("affinity");
    }

    static void Copy(JsonObject to, JsonObject from, string field)
    {
        if (from[field] is { } value) to[field] = value.DeepClone();
        else to.Remove(field);
    }

    /// <summary>A copy without nulls and empty lists, which mean the same as absent fields.</summary>
    static JsonObject Bare(JsonObject obj)
    {
        var copy = new JsonObject();
        foreach (var (name, value) in obj)
            if (value is not (null or JsonArray { Count: 0 })) copy[name] = Bare(value);
        return copy;
    }

    static JsonNode? Bare(JsonNode? node) => node switch
    {
        JsonObject obj => Bare(obj),
        JsonArray array => new JsonArray([.. array.Select(Bare)]),
        _ => node?.DeepClone(),
    };
}
