using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of environment variables, and of the references to fields that they share with downward API volumes.</summary>
static class EnvRules
{
    static readonly string[] Sources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"];

    static readonly string[] EnvFields =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ];

    static readonly string[] Resources =
    [
        "limits.cpu", "limits.ephemeral-storage", "limits.memory",
        "requests.cpu", "requests.ephemeral-storage", "requests.memory",
    ];

    public static void Validate(JsonObject container, string path, FieldErrors errors)
    {
        foreach (var (i, variable) in container.Each("env"))
        {
            var at = $"{path}.env[{i}]";
            var name = variable.Text("name");
            if (name.Length > 0 && NameSyntax.EnvName(name) is { } problem) errors.Invalid($"{at}.name", name, problem);
            else if (name.Length == 0 && variable["name"] is not null) errors.Required($"{at}.name");
            if (variable["valueFrom"] is JsonObject from) ValueFrom(from, variable.Text("value"), $"{at}.valueFrom", errors);
        }
        foreach (var (i, from) in container.Each("envFrom")) EnvFrom(from, $"{path}.envFrom[{i}]", errors);
    }

    /// <summary>Checks a reference to a field of the Pod.</summary>
    /// <param name="fields">The fields allowed beside single labels and annotations.</param>
    public static void FieldRef(JsonObject reference, string path, IReadOnlyList<string> fields, FieldErrors errors)
    {
        var field = reference.Text("fieldPath");
        if (field.Length == 0)
        {
            if (reference["fieldPath"] is not null) errors.Required($"{path}.fieldPath");
            return;
        }
        var bracket = field.IndexOf("['", StringComparison.Ordinal);
        if (bracket > 0 && field.EndsWith("']", StringComparison.Ordinal))
        {
            var key = field[(bracket + 2)..^2];
            var map = field[..bracket];
            if (map is not ("metadata.labels" or "metadata.annotations")) errors.Invalid($"{path}.fieldPath", field, "does not support subscript");
            else if (NameSyntax.QualifiedName(map == "metadata.labels" ? key : key.ToLowerInvariant()) is { } problem) errors.Invalid(path, key, problem);
        }
        else if (!fields.Contains(field)) errors.NotSupported($"{path}.fieldPath", field, fields);
    }

    /// <summary>Checks a reference to a resource of a container.</summary>
    /// <param name="inVolume">True in a volume, where the container must be named.</param>
    public static void ResourceRef(JsonObject reference, string path, bool inVolume, FieldErrors errors)
    {
        if (inVolume && reference.Text("containerName").Length == 0) errors.Required($"{path}.containerName");
        var resource = reference.Text("resource");
        if (resource.Length == 0)
        {
            if (reference["resource"] is not null) errors.Required($"{path}.resource");
        }
        else if (!Resources.Contains(resource) && !resource.StartsWith("limits.hugepages-", StringComparison.Ordinal)
            && !resource.StartsWith("requests.hugepages-", StringComparison.Ordinal))
            errors.NotSupported($"{path}.resource", resource, Resources);
    }

    static void ValueFrom(JsonObject from, string value, string path, FieldErrors errors)
    {
        if (from["fieldRef"] is JsonObject field) FieldRef(field, $"{path}.fieldRef", EnvFields, errors);
        if (from["resourceFieldRef"] is JsonObject resource) ResourceRef(resource, $"{path}.resourceFieldRef", false, errors);
        foreach (var source in (string[])["configMapKeyRef", "secretKeyRef"])
            if (from[source] is JsonObject reference) KeyRef(reference, $"{path}.{source}", errors);
        var count = Sources.Count(s => from[s] is not null);
        if (count == 0) errors.Invalid(path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        else if (value.Length > 0) errors.Invalid(path, "", "may not be specified when `value` is not empty");
        else if (count > 1) errors.Invalid(path, "", "may not have more than one field specified at a time");
    }

    static void KeyRef(JsonObject reference, string path, FieldErrors errors)
    {
        if (NameSyntax.Subdomain(reference.Text("name")) is { } name) errors.Invalid($"{path}.name", reference.Text("name"), name);
        var key = reference.Text("key");
        if (key.Length > 0 && NameSyntax.ConfigKey(key) is { } problem) errors.Invalid($"{path}.key", key, problem);
        else if (key.Length == 0 && reference["key"] is not null) errors.Required($"{path}.key");
    }

    static void EnvFrom(JsonObject from, string path, FieldErrors errors)
    {
        if (from.Text("prefix") is { Length: > 0 } prefix && NameSyntax.EnvName(prefix) is { } bad) errors.Invalid($"{path}.prefix", prefix, bad);
        var count = 0;
        foreach (var source in (string[])["configMapRef", "secretRef"])
        {
            if (from[source] is not JsonObject reference) continue;
            count++;
            var name = reference.Text("name");
            if (name.Length == 0) errors.Required($"{path}.{source}.name");
            else if (NameSyntax.Subdomain(name) is { } problem) errors.Invalid($"{path}.{source}.name", name, problem);
        }
        if (count == 0) errors.Invalid(path, "", "must specify one of: `configMapRef` or `secretRef`");
        else if (count > 1) errors.Invalid(path, "", "may not have more than one field specified at a time");
    }
}
