using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>
/// Defaults and rules of a Service that depend on its type. Addresses, families and node ports that were not given are
/// chosen by the server's allocators; here only what was given is checked.
/// </summary>
sealed class ServiceRules : ResourceRules
{
    const int DefaultAffinitySeconds = 10800;

    public override void Default(JsonObject obj)
    {
        var spec = obj.Make("spec");
        spec.SetDefault("sessionAffinity", "None");
        if (spec.Text("sessionAffinity") == "None") spec.Remove("sessionAffinityConfig");
        else if (spec.Text("sessionAffinity") == "ClientIP")
            spec.Make("sessionAffinityConfig").Make("clientIP").SetDefault("timeoutSeconds", DefaultAffinitySeconds);
        spec.SetDefault("type", "ClusterIP");
        foreach (var port in spec.Objects("ports"))
        {
            port.SetDefault("protocol", "TCP");
            if (port["targetPort"] is null || port.Text("targetPort").Length == 0 && port.Number("targetPort") is null or 0)
                port["targetPort"] = port.Number("port") ?? 0;
        }
        var type = spec.Text("type");
        if (type is "NodePort" or "LoadBalancer" || (type == "ClusterIP" && spec.Texts("externalIPs").Count > 0))
            spec.SetDefault("externalTrafficPolicy", "Cluster");
        if (type is "ClusterIP" or "NodePort" or "LoadBalancer") spec.SetDefault("internalTrafficPolicy", "Cluster");
        if (type == "LoadBalancer") spec.SetDefault("allocateLoadBalancerNodePorts", true);
        obj.Make("status").Make("loadBalancer");
        foreach (var ingress in obj.Objects("status.loadBalancer.ingress"))
            if (ingress.Text("ip").Length > 0) ingress.SetDefault("ipMode", "VIP");
    }

    public override void PrepareForCreate(JsonObject obj)
    {
        obj["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
        if (obj["spec"] is JsonObject spec) ServiceUpdate.JoinAddresses(spec);
    }

    public override void PrepareForUpdate(JsonObject obj, JsonObject old) => ServiceUpdate.Prepare(obj, old);

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        ServiceTypeRules.Validate(obj, errors);
        ServicePortRules.Validate(obj, errors);
        MetadataRules.ValidateLabels(obj.Pairs("spec.selector"), "spec.selector", errors);
        ValidateAffinity(obj, errors);
        ServiceAddressRules.Validate(obj, errors);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ServiceAddressRules.ValidateUpdate(obj, old, errors);
        ValidateOnce(obj, old, "healthCheckNodePort", errors);
        ValidateCreate(obj, errors);
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var ingress = obj.Objects("status.loadBalancer.ingress");
        if (ingress.Count > 0 && obj.Text("spec.type") != "LoadBalancer")
            errors.Forbidden("status.loadBalancer.ingress", "may only be used when `spec.type` is \"LoadBalancer\"");
        for (var i = 0; i < ingress.Count; i++)
        {
            var path = $"status.loadBalancer.ingress[{i}]";
            if (ingress[i].Text("ip") is { Length: > 0 } ip) IPText.Validate(ip, path + ".ip", errors);
            if (ingress[i].Text("ip").Length > 0 && ingress[i].Text("ipMode").Length == 0) errors.Required(path + ".ipMode", "must be specified when `ip` is set");
            if (ingress[i].Text("hostname") is { Length: > 0 } host && NameSyntax.Subdomain(host) is { } wrong) errors.Invalid(path + ".hostname", host, wrong);
        }
    }

    static void ValidateAffinity(JsonObject obj, FieldErrors errors)
    {
        var seconds = obj.Number("spec.sessionAffinityConfig.clientIP.timeoutSeconds");
        if (obj.Text("spec.sessionAffinity") == "None")
        {
            if (obj.At("spec.sessionAffinityConfig") is not null)
                errors.Forbidden("spec.sessionAffinityConfig", "must not be set when session affinity is None");
        }
        else if (seconds is null) errors.Required("spec.sessionAffinityConfig.clientIP.timeoutSeconds");
        else if (seconds is <= 0 or > 86400)
            errors.Invalid("spec.sessionAffinityConfig.clientIP.timeoutSeconds", seconds, "must be greater than 0 and less than 86400");
    }

    static void ValidateOnce(JsonObject obj, JsonObject old, string field, FieldErrors errors)
    {
        var stays = obj.Text("spec.type") == "LoadBalancer" && old.Text("spec.type") == "LoadBalancer"
            && obj.Text("spec.externalTrafficPolicy") == "Local" && old.Text("spec.externalTrafficPolicy") == "Local";
        if (stays && old.Number("spec." + field) is > 0 and var before && obj.Number("spec." + field) != before)
            errors.Invalid("spec." + field, obj.Number("spec." + field), "field is immutable");
    }
}
