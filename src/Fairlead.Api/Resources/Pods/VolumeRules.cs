using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of a Pod's volumes: names, exactly one source, and what each source needs.</summary>
static class VolumeRules
{
    /// <summary>
    /// Every source, and the text fields that must not be empty. Absent ones were reported before, except those that
    /// the schema does not require: of secret and configMap, and volumeName.
    /// </summary>
    static readonly Dictionary<string, string[]> NeededTexts = new()
    {
        ["hostPath"] = ["path"],
        ["gcePersistentDisk"] = ["pdName"],
        ["awsElasticBlockStore"] = ["volumeID"],
        ["gitRepo"] = ["repository"],
        ["secret"] = ["secretName"],
        ["nfs"] = ["server", "path"],
        ["iscsi"] = ["targetPortal", "iqn"],
        ["glusterfs"] = ["endpoints", "path"],
        ["persistentVolumeClaim"] = ["claimName"],
        ["rbd"] = ["image"],
        ["flexVolume"] = ["driver"],
        ["cinder"] = ["volumeID"],
        ["azureFile"] = ["secretName", "shareName"],
        ["configMap"] = ["name"],
        ["vsphereVolume"] = ["volumePath"],
        ["quobyte"] = ["registry", "volume"],
        ["azureDisk"] = ["diskName", "diskURI"],
        ["photonPersistentDisk"] = ["pdID"],
        ["portworxVolume"] = ["volumeID"],
        ["scaleIO"] = ["gateway", "system", "volumeName"],
        ["storageos"] = ["volumeName"],
        ["csi"] = ["driver"],
        ["cephfs"] = [],
        ["emptyDir"] = [],
        ["ephemeral"] = [],
        ["fc"] = [],
        ["flocker"] = [],
        ["image"] = [],
        ["downwardAPI"] = [],
        ["projected"] = [],
    };

    /// <summary>Adds what is wrong with the volumes.</summary>
    /// <returns>The volumes by name, for the rules of the mounts.</returns>
    public static PodVolumes Validate(IReadOnlyList<JsonObject> volumes, string path, FieldErrors errors)
    {
        var known = new PodVolumes();
        foreach (var (i, volume) in volumes.Index())
        {
            var at = $"{path}[{i}]";
            Sources(volume, at, errors);
            var name = volume.Text("name");
            if (name.Length == 0)
            {
                if (volume["name"] is not null) errors.Required($"{at}.name");
            }
            else if (NameSyntax.Label(name) is { } problem) errors.Invalid($"{at}.name", name, problem);
            else if (!known.Add(name, volume)) errors.Duplicate($"{at}.name", name);
        }
        return known;
    }

    static void Sources(JsonObject volume, string path, FieldErrors errors)
    {
        var found = volume.Where(p => p.Value is JsonObject && NeededTexts.ContainsKey(p.Key)).Select(p => p.Key).ToList();
        if (found.Count == 0) errors.Required(path, "must specify a volume type");
        foreach (var other in found.Skip(1)) errors.Forbidden($"{path}.{other}", "may not specify more than 1 volume type");
        if (found.Count > 0) Source(found[0], volume[found[0]]!.AsObject(), $"{path}.{found[0]}", errors);
    }

    static void Source(string kind, JsonObject source, string path, FieldErrors errors)
    {
        foreach (var field in NeededTexts[kind])
        {
            var reported = source[field] is null && !(kind is "secret" or "configMap" || field == "volumeName");
            if (!reported && source.Text(field).Length == 0) errors.Required($"{path}.{field}");
        }
        switch (kind)
        {
            case "hostPath" when PathRules.HasBacksteps(source.Text("path")):
                errors.Invalid($"{path}.path", source.Text("path"), "must not contain '..'");
                break;
            case "nfs" when source.Text("path") is { Length: > 0 } exported && exported[0] != '/':
                errors.Invalid($"{path}.path", exported, "must be an absolute path");
                break;
            case "emptyDir" when source["sizeLimit"] is { } limit && (limit.AsText() ?? limit.ToJsonString()).StartsWith('-'):
                errors.Forbidden($"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity");
                break;
            case "secret" or "configMap" or "downwardAPI" or "projected":
                ProjectionRules.Validate(kind, source, path, errors);
                break;
            case "ephemeral":
                Ephemeral(source, path, errors);
                break;
            case "fc" when source.Texts("targetWWNs").Count == 0 && source.Texts("wwids").Count == 0:
                errors.Required($"{path}.targetWWNs", "must specify either targetWWNs or wwids, but not both");
                break;
            case "flocker" when source.Text("datasetName").Length == 0 && source.Text("datasetUUID").Length == 0:
                errors.Required(path, "one of datasetName and datasetUUID is required");
                break;
            case "rbd" or "cephfs" when source["monitors"] is JsonArray { Count: 0 }:
                errors.Required($"{path}.monitors");
                break;
        }
    }

    static void Ephemeral(JsonObject source, string path, FieldErrors errors)
    {
        if (source["volumeClaimTemplate"] is not JsonObject template)
        {
            errors.Required($"{path}.volumeClaimTemplate");
            return;
        }
        foreach (var field in template["metadata"] as JsonObject ?? [])
            if (field.Value is not null && field.Key is not ("labels" or "annotations" or "creationTimestamp"))
                errors.Forbidden($"{path}.volumeClaimTemplate.metadata.{field.Key}", "cannot be set for an ephemeral volume");
        if (template["spec"] is not JsonObject claim) return;
        var at = $"{path}.volumeClaimTemplate.spec";
        if (claim.Texts("accessModes").Count == 0) errors.Required($"{at}.accessModes", "at least 1 access mode is required");
        if (claim.At("resources.requests") is not JsonObject requests || requests["storage"] is null) errors.Required($"{at}.resources[storage]");
    }
}
