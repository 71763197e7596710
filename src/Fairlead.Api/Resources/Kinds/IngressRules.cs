using System.Net;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Hosts are names, paths begin with /, and each leads to one backend.</summary>
sealed class IngressRules : ResourceRules
{
    const string ClassAnnotation = "kubernetes.io/ingress.class";
    static readonly string[] WrongInPath = ["//", "/./", "/../", "%2f", "%2F"];

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };

    public override void Default(JsonObject obj) => obj.Make("status").Make("loadBalancer");

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        if (obj.At("spec.ingressClassName") is not null && obj.At("metadata.annotations") is JsonObject annotations && annotations[ClassAnnotation].AsText() is { } old)
            errors.Invalid("metadata.annotations", old, "can not be set when the class field is also set");
        Validate(obj, errors);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => Validate(obj, errors);

    static void Validate(JsonObject obj, FieldErrors errors)
    {
        var rules = obj.Objects("spec.rules");
        if (rules.Count == 0 && obj.At("spec.defaultBackend") is null)
            errors.Invalid("spec", Shown.Json(obj.At("spec.rules")), "either `defaultBackend` or `rules` must be specified");
        if (obj.At("spec.defaultBackend") is { } backend) Backend(backend, "spec.defaultBackend", errors);
        FieldChecks.Form(obj.Text("spec.ingressClassName"), "spec.ingressClassName", NameSyntax.Subdomain, errors);
        foreach (var (i, rule) in rules.Index()) Rule(rule, $"spec.rules[{i}]", errors);
        foreach (var (i, tls) in obj.Each("spec.tls"))
        {
            foreach (var (h, host) in tls.Texts("hosts").Index()) FieldChecks.Form(host, $"spec.tls[{i}].hosts[{h}]", HostForm, errors);
            FieldChecks.Form(tls.Text("secretName"), $"spec.tls[{i}].secretName", NameSyntax.Subdomain, errors);
        }
    }

    static string? HostForm(string host) => host.StartsWith("*.", StringComparison.Ordinal) ? NameSyntax.Subdomain(host[2..]) : NameSyntax.Subdomain(host);

    static void Rule(JsonObject rule, string path, FieldErrors errors)
    {
        var host = rule.Text("host");
        if (host.Length > 0 && IPAddress.TryParse(host, out _)) errors.Invalid(path + ".host", host, "must be a DNS name, not an IP address");
        FieldChecks.Form(host, path + ".host", HostForm, errors);
        if (rule["http"] is not JsonObject http) return;
        var paths = http.Objects("paths");
        if (paths.Count == 0) errors.Required(path + ".http.paths");
        foreach (var (i, one) in paths.Index()) Path(one, $"{path}.http.paths[{i}]", errors);
    }

    static void Path(JsonObject one, string at, FieldErrors errors)
    {
        var (path, type) = (one.Text("path"), one.Text("pathType"));
        if (type.Length == 0) errors.Required(at + ".pathType", "pathType must be specified");
        else if (type is "Exact" or "Prefix")
        {
            if (!path.StartsWith('/')) errors.Invalid(at + ".path", path, "must be an absolute path");
            foreach (var wrong in WrongInPath)
                if (path.Contains(wrong, StringComparison.Ordinal)) errors.Invalid(at + ".path", path, $"must not contain '{wrong}'");
            foreach (var wrong in (string[])["/..", "/."])
                if (path.EndsWith(wrong, StringComparison.Ordinal)) errors.Invalid(at + ".path", path, $"cannot end with '{wrong}'");
        }
        else if (type != "ImplementationSpecific") errors.NotSupported(at + ".pathType", type, ["Exact", "ImplementationSpecific", "Prefix"]);
        else if (path.Length > 0 && !path.StartsWith('/')) errors.Invalid(at + ".path", path, "must be an absolute path");
        Backend(one["backend"], at + ".backend", errors);
    }

    static void Backend(JsonNode? backend, string path, FieldErrors errors)
    {
        var (service, resource) = (backend.At("service"), backend.At("resource"));
        if (service is not null && resource is not null) errors.Invalid(path, "", "cannot set both resource and service backends");
        else if (resource is not null)
        {
            if (resource.Text("kind").Length == 0) errors.Required(path + ".resource.kind");
            if (resource.Text("name").Length == 0) errors.Required(path + ".resource.name");
        }
        else Service(service, path + ".service", errors);
    }

    static void Service(JsonNode? service, string path, FieldErrors errors)
    {
        if (service.Text("name").Length == 0) errors.Required(path + ".name");
        else FieldChecks.Form(service.Text("name"), path + ".name", NameSyntax.Rfc1035Label, errors);
        var (name, number) = (service.Text("port.name"), service.Number("port.number") ?? 0);
        if (name.Length > 0 && number != 0) errors.Invalid(path, "", "cannot set both port name & port number");
        else if (name.Length > 0) FieldChecks.Form(name, path + ".port.name", NameSyntax.PortName, errors);
        else if (number == 0) errors.Required(path, "port name or number is required");
        else if (NumberSyntax.Port(number) is { } wrong) errors.Invalid(path + ".port.number", number, wrong);
    }
}
