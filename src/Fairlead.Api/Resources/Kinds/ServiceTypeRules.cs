using System.Net;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Which fields of a Service its type asks for, and which it forbids.</summary>
static class ServiceTypeRules
{
    public static void Validate(JsonObject obj, FieldErrors errors)
    {
        var type = obj.Text("spec.type");
        if (type == "LoadBalancer" && obj.Text("spec.clusterIP") == "None")
            errors.Invalid("spec.clusterIP", "None", "may not be set to 'None' for LoadBalancer services");
        if (type == "NodePort" && obj.Text("spec.clusterIP") == "None")
            errors.Invalid("spec.clusterIP", "None", "may not be set to 'None' for NodePort services");
        if (type == "ExternalName") ValidateExternalName(obj, errors);
        ValidatePolicies(obj, type, errors);
        ValidateBalancer(obj, type, errors);
    }

    static void ValidateExternalName(JsonObject obj, FieldErrors errors)
    {
        if (obj.Texts("spec.clusterIPs").Count > 0 || obj.Text("spec.clusterIP").Length > 0)
            errors.Forbidden("spec.clusterIPs", "may not be set when `type` is 'ExternalName'");
        if (obj.Texts("spec.ipFamilies").Count > 0) errors.Forbidden("spec.ipFamilies", "may not be set when `type` is 'ExternalName'");
        if (obj.Text("spec.ipFamilyPolicy").Length > 0) errors.Forbidden("spec.ipFamilyPolicy", "may not be set when `type` is 'ExternalName'");
        var name = obj.Text("spec.externalName");
        var dns = name.EndsWith('.') ? name[..^1] : name;
        if (dns.Length == 0) errors.Required("spec.externalName");
        else if (NameSyntax.Subdomain(dns) is { } wrong) errors.Invalid("spec.externalName", dns, wrong);
    }

    static void ValidatePolicies(JsonObject obj, string type, FieldErrors errors)
    {
        var external = obj.Text("spec.externalTrafficPolicy");
        var reachable = type is "NodePort" or "LoadBalancer" || (type == "ClusterIP" && obj.Texts("spec.externalIPs").Count > 0);
        if (!reachable && external.Length > 0)
            errors.Invalid("spec.externalTrafficPolicy", external, "may only be set for externally-accessible services");
        if (reachable && external.Length == 0) errors.Required("spec.externalTrafficPolicy");
        var check = obj.Number("spec.healthCheckNodePort") ?? 0;
        if (check < 0) errors.Invalid("spec.healthCheckNodePort", check, "must be between 0-65535, inclusive");
        if (check > 0 && !(type == "LoadBalancer" && external == "Local"))
            errors.Invalid("spec.healthCheckNodePort", check, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        if (type is not "ExternalName" and not "" && obj.Text("spec.internalTrafficPolicy").Length == 0) errors.Required("spec.internalTrafficPolicy");
        if (obj.Text("spec.trafficDistribution") is { Length: > 0 } wish && wish is not ("PreferClose" or "PreferSameZone" or "PreferSameNode"))
            errors.NotSupported("spec.trafficDistribution", wish, ["PreferClose", "PreferSameNode", "PreferSameZone"]);
    }

    static void ValidateBalancer(JsonObject obj, string type, FieldErrors errors)
    {
        var ranges = obj.Texts("spec.loadBalancerSourceRanges");
        if (type != "LoadBalancer")
        {
            if (ranges.Count > 0) errors.Forbidden("spec.LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'");
            if (obj.At("spec.allocateLoadBalancerNodePorts") is not null)
                errors.Forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'");
            if (obj.Text("spec.loadBalancerClass").Length > 0) errors.Forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'");
            return;
        }
        for (var i = 0; i < ranges.Count; i++)
            if (!IPNetwork.TryParse(ranges[i].Trim(), out _))
                errors.Invalid($"spec.LoadBalancerSourceRanges[{i}]", ranges[i], "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        if (obj.Text("spec.loadBalancerClass") is { Length: > 0 } name && NameSyntax.QualifiedName(name) is { } wrong)
            errors.Invalid("spec.loadBalancerClass", name, wrong);
    }
}
