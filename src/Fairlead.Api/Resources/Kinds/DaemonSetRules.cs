using System.Globalization;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind DaemonSet beyond its schema.</summary>
sealed class DaemonSetRules : ResourceRules
{
    const string Rolling = "spec.updateStrategy.rollingUpdate";
    const string Generation = "deprecated.daemonset.template.generation";

    static readonly string[] Counts = ["currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"];

    public override void Default(JsonObject obj)
    {
        var spec = obj.Make("spec");
        WorkloadRules.DefaultTemplate(spec);
        var strategy = spec.Make("updateStrategy");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.Make("rollingUpdate");
            rolling.SetDefault("maxUnavailable", 1);
            rolling.SetDefault("maxSurge", 0);
        }
        foreach (var count in Counts) obj.Make("status").SetDefault(count, 0);
    }

    // Old controllers count changes of the template by this annotation.
    public override void PrepareForCreate(JsonObject obj)
    {
        obj["status"] = new JsonObject();
        obj.Make("metadata").Make("annotations")[Generation] = "1";
    }

    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        _ = long.TryParse(old.At("metadata.annotations")?[Generation].AsText(), NumberStyles.None, CultureInfo.InvariantCulture, out var generation);
        if (!JsonNode.DeepEquals(obj.At("spec.template"), old.At("spec.template"))) generation++;
        obj.Make("metadata").Make("annotations")[Generation] = generation.ToString(CultureInfo.InvariantCulture);
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        WorkloadRules.Validate(obj, errors, "daemonset");
        if (obj.Text("spec.updateStrategy.type") != "RollingUpdate") return;
        var unavailable = IntOrPercent.Check(obj, Rolling + ".maxUnavailable", errors) ?? 0;
        var surge = IntOrPercent.Check(obj, Rolling + ".maxSurge", errors) ?? 0;
        if (unavailable != 0 && surge != 0)
            errors.Invalid(Rolling + ".maxSurge", Shown.Json(obj.At(Rolling + ".maxSurge")), "may not be set when maxUnavailable is non-zero");
        if (unavailable == 0 && surge == 0) errors.Required(Rolling + ".maxUnavailable", "cannot be 0 when maxSurge is 0");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        obj.Unchanged(old, errors, "spec.selector");
        ValidateCreate(obj, errors);
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors) => obj.NonNegative(errors,
        [.. Counts.Select(c => "status." + c), "status.observedGeneration", "status.updatedNumberScheduled", "status.numberAvailable", "status.numberUnavailable"]);
}
