using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources.Pods;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A claim says how much and how; once made it may only be bound, and then only grow.</summary>
sealed class PersistentVolumeClaimRules : ResourceRules
{
    const string Storage = "spec.resources.requests.storage";

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject { ["phase"] = "Pending" };

    public override void Default(JsonObject obj)
    {
        var spec = obj.Make("spec");
        ResourceRequirementRules.Canonicalise(spec.At("resources.requests"));
        ResourceRequirementRules.Canonicalise(spec.At("resources.limits"));
        // Two names for one thing: whichever is given fills the other (KEP-1495).
        if (spec["dataSource"] is { } source && spec["dataSourceRef"] is null) spec["dataSourceRef"] = source.DeepClone();
        else if (spec["dataSourceRef"] is { } reference && spec["dataSource"] is null && reference.Text("namespace").Length == 0) spec["dataSource"] = reference.DeepClone();
        obj.Make("status").SetDefault("phase", "Pending");
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var spec = obj.At("spec") as JsonObject ?? [];
        VolumeModeRules.Access(spec, "spec", errors);
        if (spec["selector"] is { } selector) WorkloadRules.ValidateSelector(selector, "spec.selector", errors);
        if (obj.At(Storage) is not { } storage) errors.Required("spec.resources[storage]");
        else VolumeModeRules.Positive(storage, "spec.resources[storage]", errors);
        FieldChecks.Form(spec.Text("storageClassName"), "spec.storageClassName", NameSyntax.Subdomain, errors);
        foreach (var field in (string[])["dataSource", "dataSourceRef"])
        {
            if (spec[field] is not JsonObject source) continue;
            if (source.Text("name").Length == 0) errors.Required($"spec.{field}.name");
            if (source.Text("kind").Length == 0) errors.Required($"spec.{field}.kind");
            if (source.Text("apiGroup").Length == 0 && source.Text("kind") is { Length: > 0 } and not "PersistentVolumeClaim")
                errors.Invalid($"spec.{field}", source.Text("kind"), "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }
        if (spec["dataSource"] is { } one && spec["dataSourceRef"] is { } other && other.Text("namespace").Length == 0 && !JsonNode.DeepEquals(one, other))
            errors.Invalid("spec", Shown.Json(one), "must match dataSourceRef");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        var (now, before) = ((JsonObject)(obj.At("spec")?.DeepClone() ?? new JsonObject()), (JsonObject)(old.At("spec")?.DeepClone() ?? new JsonObject()));
        if (before.Text("volumeName").Length == 0) now.Remove("volumeName");
        if (old.Text("status.phase") == "Bound")
        {
            foreach (var spec in (JsonObject[])[now, before])
            {
                (spec.At("resources.requests") as JsonObject)?.Remove("storage");
                spec.Remove("volumeAttributesClassName");
            }
            if (Amount(obj.At(Storage)) is { } size && Amount(old.At("status.capacity.storage")) is { } has && size < has && size != Amount(old.At(Storage)))
                errors.Forbidden(Storage, "field can not be less than status.capacity");
        }
        if (!JsonNode.DeepEquals(now, before))
            errors.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
    }

    static Quantity? Amount(JsonNode? node) => node is not null && Quantity.TryParse(node.AsText() ?? node.ToJsonString(), out var amount) ? amount : null;
}
