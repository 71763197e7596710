using Fairlead.Api.Errors;
using Fairlead.Api.Resources.Pods;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A volume has a size, a way to be mounted and one source, and the source stays.</summary>
sealed class PersistentVolumeRules : ResourceRules
{
    static readonly string[] Others =
    [
        "capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName", "mountOptions", "volumeMode", "nodeAffinity", "volumeAttributesClassName",
    ];

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject { ["phase"] = "Pending" };

    public override void Default(JsonObject obj)
    {
        ResourceRequirementRules.Canonicalise(obj.At("spec.capacity"));
        obj.Make("status").SetDefault("phase", "Pending");
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var spec = obj.At("spec") as JsonObject ?? [];
        VolumeModeRules.Access(spec, "spec", errors);
        var capacity = spec["capacity"] as JsonObject ?? [];
        if (capacity.Count == 0) errors.Required("spec.capacity");
        else if (capacity.Count != 1 || !capacity.ContainsKey("storage")) errors.NotSupported("spec.capacity", capacity.ToJsonString(), ["storage"]);
        VolumeModeRules.Positive(capacity["storage"], "spec.capacity[storage]", errors);
        var policy = spec.Text("persistentVolumeReclaimPolicy");
        if (policy is not ("Delete" or "Recycle" or "Retain"))
            errors.NotSupported("spec.persistentVolumeReclaimPolicy", policy, ["Delete", "Recycle", "Retain"]);
        FieldChecks.Form(spec.Text("storageClassName"), "spec.storageClassName", NameSyntax.Subdomain, errors);
        var sources = Sources(spec).ToList();
        if (sources.Count == 0) errors.Required("spec", "must specify a volume type");
        foreach (var (source, _) in sources.Skip(1)) errors.Forbidden("spec." + source, "may not specify more than 1 volume type");
        if (spec["local"] is not null && spec.Objects("nodeAffinity.required.nodeSelectorTerms").Count == 0)
            errors.Required("spec.nodeAffinity", "Local volume requires node affinity");
        if (spec["csi"] is JsonObject csi)
        {
            if (csi.Text("driver").Length == 0) errors.Required("spec.csi.driver");
            if (csi.Text("volumeHandle").Length == 0) errors.Required("spec.csi.volumeHandle");
        }
        if (spec["hostPath"] is not null && policy == "Recycle" && spec.Text("hostPath.path") == "/")
            errors.Forbidden("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        var (now, before) = (obj.At("spec") as JsonObject ?? [], old.At("spec") as JsonObject ?? []);
        if (!JsonNode.DeepEquals(Source(now), Source(before)))
            errors.Forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
        obj.Unchanged(old, errors, "spec.volumeMode");
        if (before["nodeAffinity"] is not null) obj.Unchanged(old, errors, "spec.nodeAffinity");
    }

    static IEnumerable<KeyValuePair<string, JsonNode?>> Sources(JsonObject spec) => spec.Where(f => f.Value is not null && !Others.Contains(f.Key));

    static JsonObject Source(JsonObject spec) => new(Sources(spec).Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone())));
}
