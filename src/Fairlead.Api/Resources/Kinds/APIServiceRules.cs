using System.Text;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>What makes an APIService whole and valid (kube-aggregator, pkg/apis/apiregistration/validation). One without a Service is available from its first moment.</summary>
sealed class APIServiceRules : ResourceRules
{
    /// <summary>The condition of a version that this server serves itself.</summary>
    /// <param name="now">The moment, as objects write it.</param>
    public static JsonObject Local(string now) => new()
    {
        ["type"] = "Available",
        ["status"] = "True",
        ["lastTransitionTime"] = now,
        ["reason"] = "Local",
        ["message"] = "Local APIServices are always available",
    };

    public override void PrepareForCreate(JsonObject obj)
    {
        obj["status"] = new JsonObject();
        if (obj.At("spec.service") is null) obj["status"]!["conditions"] = new JsonArray(Local(obj.Text("metadata.creationTimestamp")));
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var (group, version) = (obj.Text("spec.group"), obj.Text("spec.version"));
        var wanted = $"{version}.{group}";
        if (obj.Text("metadata.name") is var name && name != wanted) errors.Invalid("metadata.name", name, $"must be `spec.version+\".\"+spec.group`: \"{wanted}\"");
        if (group.Length == 0 && version != "v1") errors.Required("spec.group", "only v1 may have an empty group and it better be legacy kube");
        FieldChecks.Form(group, "spec.group", NameSyntax.Subdomain, errors);
        if (NameSyntax.Rfc1035Label(version) is { } wrong) errors.Invalid("spec.version", version, wrong);
        Between(obj, "groupPriorityMinimum", 20000, errors);
        Between(obj, "versionPriority", 1000, errors);
        Service(obj, errors);
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var conditions = obj.Objects("status.conditions");
        for (var i = 0; i < conditions.Count; i++)
        {
            if (conditions[i].Text("status") is var status and not ("True" or "False" or "Unknown"))
                errors.NotSupported($"status.conditions[{i}].status", status, ["True", "False", "Unknown"]);
        }
    }

    static void Between(JsonObject obj, string field, int most, FieldErrors errors)
    {
        if (obj.Number($"spec.{field}") is var number && (number is null or <= 0 || number > most))
            errors.Invalid($"spec.{field}", number ?? 0, $"must be positive and less than {most}");
    }

    static void Service(JsonObject obj, FieldErrors errors)
    {
        var (bundle, insecure) = (obj.Text("spec.caBundle"), obj.Flag("spec.insecureSkipTLSVerify"));
        if (obj.At("spec.service") is not JsonObject service)
        {
            if (bundle.Length > 0) errors.Invalid("spec.caBundle", $"{Bytes(bundle).Length} bytes", "local APIServices may not have a caBundle");
            if (insecure) errors.Invalid("spec.insecureSkipTLSVerify", true, "local APIServices may not have insecureSkipTLSVerify");
            return;
        }
        if (service.Text("namespace").Length == 0) errors.Required("spec.service.namespace");
        if (service.Text("name").Length == 0) errors.Required("spec.service.name");
        if (service.Number("port") is { } port and (< 1 or > 65535)) errors.Invalid("spec.service.port", port, "port is not valid: must be between 1 and 65535, inclusive");
        if (insecure && bundle.Length > 0) errors.Invalid("spec.insecureSkipTLSVerify", true, "may not be true if caBundle is present");
        // Upstream takes any bytes and answers every request with 500 afterwards.
        if (bundle.Length > 0 && !Encoding.ASCII.GetString(Bytes(bundle)).Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
            errors.Invalid("spec.caBundle", $"{Bytes(bundle).Length} bytes", "must hold certificates in PEM, in base64");
    }

    static byte[] Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : [];
    }
}
