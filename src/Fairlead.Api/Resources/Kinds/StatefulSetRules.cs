using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind StatefulSet beyond its schema.</summary>
sealed class StatefulSetRules : ResourceRules
{
    const string Rolling = "spec.updateStrategy.rollingUpdate";

    static readonly string[] Changeable =
        ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];

    public override void Default(JsonObject obj)
    {
        var spec = obj.Make("spec");
        WorkloadRules.Default(spec);
        var strategy = spec.Make("updateStrategy");
        strategy.SetDefault("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate") strategy.Make("rollingUpdate").SetDefault("partition", 0);
        foreach (var claim in spec.Objects("volumeClaimTemplates"))
        {
            claim["apiVersion"] = "v1";
            claim["kind"] = "PersistentVolumeClaim";
            claim.Make("status").SetDefault("phase", "Pending");
        }
        var status = obj.Make("status");
        status.SetDefault("replicas", 0);
        status.SetDefault("availableReplicas", 0);
    }

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject { ["replicas"] = 0 };

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        WorkloadRules.Validate(obj, errors, "statefulset");
        Choice(obj, "spec.podManagementPolicy", errors, "OrderedReady", "Parallel");
        var type = obj.Text("spec.updateStrategy.type");
        if (type is not ("OnDelete" or "RollingUpdate"))
            errors.Invalid("spec.updateStrategy", Shown.Json(obj.At("spec.updateStrategy")), "must be 'RollingUpdate' or 'OnDelete'");
        if (type == "OnDelete" && obj.At(Rolling) is not null)
            errors.Invalid(Rolling, Shown.Json(obj.At(Rolling)), "only allowed for updateStrategy 'RollingUpdate'");
        obj.NonNegative(errors, Rolling + ".partition", "spec.ordinals.start");
        if (obj.At(Rolling + ".maxUnavailable") is not null && IntOrPercent.Check(obj, Rolling + ".maxUnavailable", errors) == 0)
            errors.Invalid(Rolling + ".maxUnavailable", Shown.Json(obj.At(Rolling + ".maxUnavailable")), "cannot be 0");
        Choice(obj, "spec.persistentVolumeClaimRetentionPolicy.whenDeleted", errors, "Delete", "Retain");
        Choice(obj, "spec.persistentVolumeClaimRetentionPolicy.whenScaled", errors, "Delete", "Retain");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        var (now, before) = (obj.At("spec") as JsonObject ?? [], old.At("spec") as JsonObject ?? []);
        if (now.Concat(before).Any(f => !Changeable.Contains(f.Key) && !JsonNode.DeepEquals(now[f.Key], before[f.Key])))
            errors.Forbidden("spec", $"updates to statefulset spec for fields other than {string.Join(", ", Changeable[..^1].Select(f => $"'{f}'"))} and '{Changeable[^1]}' are forbidden");
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        WorkloadRules.ValidateStatus(obj, errors, "replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas");
        if ((obj.Number("status.collisionCount") ?? 0) < (old.Number("status.collisionCount") ?? 0))
            errors.Invalid("status.collisionCount", obj.Number("status.collisionCount"), "cannot be decremented");
    }

    static void Choice(JsonObject obj, string path, FieldErrors errors, params string[] values)
    {
        if (!values.Contains(obj.Text(path))) errors.NotSupported(path, obj.Text(path), values);
    }
}
