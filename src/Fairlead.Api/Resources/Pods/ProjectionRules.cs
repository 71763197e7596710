using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of volumes made of files: secrets, config maps, downward API, and projections of several.</summary>
static class ProjectionRules
{
    const string BadMode = "must be a number between 0 and 0777 (octal), both inclusive";
    static readonly string[] Kinds = ["secret", "downwardAPI", "configMap", "serviceAccountToken", "clusterTrustBundle"];
    static readonly string[] VolumeFields = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

    public static void Validate(string kind, JsonObject source, string path, FieldErrors errors)
    {
        Mode(source, "defaultMode", path, errors);
        if (kind == "projected") Projected(source, path, errors);
        else Items(kind, source, path, errors);
    }

    static void Projected(JsonObject source, string path, FieldErrors errors)
    {
        var taken = new HashSet<string>();
        foreach (var (i, projection) in source.Each("sources"))
        {
            var at = $"{path}.sources[{i}]";
            var found = Kinds.Where(k => projection[k] is JsonObject).ToList();
            if (found.Count == 0) errors.Required(at, "must specify a volume type");
            foreach (var other in found.Skip(1)) errors.Forbidden($"{at}.{other}", "may not specify more than 1 volume type");
            if (found.Count > 0) Projection(found[0], projection[found[0]]!.AsObject(), $"{at}.{found[0]}", taken, errors);
        }
    }

    static void Projection(string kind, JsonObject source, string path, HashSet<string> taken, FieldErrors errors)
    {
        if (kind is "secret" or "configMap" && source.Text("name").Length == 0) errors.Required($"{path}.name");
        Items(kind, source, path, errors);
        var paths = kind is "serviceAccountToken" or "clusterTrustBundle" ? [source.Text("path")] : source.Objects("items").Select(i => i.Text("path"));
        foreach (var file in paths)
        {
            if (file.Length == 0) continue;
            if (!taken.Add(file)) errors.Invalid(path, file, "conflicting duplicate paths");
        }
        if (kind == "serviceAccountToken") Token(source, path, errors);
        if (kind == "clusterTrustBundle") TrustBundle(source, path, errors);
    }

    static void Items(string kind, JsonObject source, string path, FieldErrors errors)
    {
        foreach (var (i, item) in source.Each("items"))
        {
            var at = $"{path}.items[{i}]";
            if (kind == "downwardAPI") DownwardFile(item, at, errors);
            else if (item.Text("key").Length == 0 && item["key"] is not null) errors.Required($"{at}.key");
            var file = item.Text("path");
            if (file.Length == 0 && item["path"] is not null) errors.Required($"{at}.path");
            PathRules.LocalNonReserved(file, $"{at}.path", errors);
            Mode(item, "mode", at, errors);
        }
    }

    static void DownwardFile(JsonObject item, string path, FieldErrors errors)
    {
        var (field, resource) = (item["fieldRef"] as JsonObject, item["resourceFieldRef"] as JsonObject);
        if (field is not null)
        {
            EnvRules.FieldRef(field, $"{path}.fieldRef", VolumeFields, errors);
            if (resource is not null) errors.Invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
        }
        else if (resource is not null) EnvRules.ResourceRef(resource, $"{path}.resourceFieldRef", true, errors);
        else errors.Required(path, "one of fieldRef and resourceFieldRef is required");
    }

    static void Token(JsonObject source, string path, FieldErrors errors)
    {
        var seconds = source.Number("expirationSeconds") ?? 3600;
        if (seconds < 600) errors.Invalid($"{path}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
        if (seconds > 1L << 32) errors.Invalid($"{path}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
        if (source.Text("path").Length == 0 && source["path"] is not null) errors.Required($"{path}.path");
        PathRules.LocalNonReserved(source.Text("path"), $"{path}.path", errors);
    }

    static void TrustBundle(JsonObject source, string path, FieldErrors errors)
    {
        var (name, signer) = (source["name"] is not null, source["signerName"] is not null);
        if (name && signer) errors.Invalid(path, source.ToJsonString(), "only one of name and signerName may be used");
        if (!name && !signer) errors.Required(path, "either name or signerName must be specified");
        PathRules.LocalNonReserved(source.Text("path"), $"{path}.path", errors);
    }

    static void Mode(JsonObject source, string field, string path, FieldErrors errors)
    {
        if (source.Number(field) is { } mode and (< 0 or > 511)) errors.Invalid($"{path}.{field}", mode, BadMode);
    }
}
