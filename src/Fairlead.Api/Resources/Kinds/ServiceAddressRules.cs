using System.Text.Json.Nodes;
using Fairlead.Api.Errors;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A Service's own addresses: well formed, of the families it names, and not changed under its clients.</summary>
static class ServiceAddressRules
{
    public static void Validate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Text("spec.type") != "ExternalName") ValidateClusterIPs(obj, errors);
        ValidateFamilies(obj.Texts("spec.ipFamilies"), errors);
        var external = obj.Texts("spec.externalIPs");
        for (var i = 0; i < external.Count; i++) IPText.ValidateEndpoint(external[i], $"spec.externalIPs[{i}]", errors);
    }

    /// <summary>The first address may be given to a Service that had none, and be taken by becoming ExternalName; else it stays.</summary>
    public static void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        if (obj.Text("spec.type") == "ExternalName" || old.Text("spec.type") == "ExternalName") return;
        var (now, before) = (obj.Text("spec.clusterIP"), old.Text("spec.clusterIP"));
        if (before.Length > 0 && now != before)
            errors.Add(FieldErrorType.FieldValueInvalid, "spec.clusterIPs[0]",
                $"Invalid value: [{string.Join(',', obj.Texts("spec.clusterIPs").Select(i => $"\"{i}\""))}]: may not change once set");
        if (obj.Text("spec.type") == "LoadBalancer" && old.Text("spec.type") == "LoadBalancer"
            && obj.Text("spec.loadBalancerClass") != old.Text("spec.loadBalancerClass"))
            errors.Invalid("spec.loadBalancerClass", obj.Text("spec.loadBalancerClass"), "may not change once set");
    }

    static void ValidateClusterIPs(JsonObject obj, FieldErrors errors)
    {
        var (one, all) = (obj.Text("spec.clusterIP"), obj.Texts("spec.clusterIPs"));
        if (all.Count == 0)
        {
            if (one is not ("" or "None")) IPText.Validate(one, "spec.clusterIPs[0]", errors);
            return;
        }
        if (one != all[0]) errors.Invalid("spec.clusterIPs", string.Join(',', all), "first value must match `clusterIP`");
        if (all.Count > 2) errors.Invalid("spec.clusterIPs", string.Join(',', all), "may only hold up to 2 values");
        if (all.Count > 1 && all.Contains("None")) errors.Invalid("spec.clusterIPs", "None", "'None' must be the first and only value");
        for (var i = 0; i < all.Count; i++)
            if (all[i] is not ("" or "None")) IPText.Validate(all[i], $"spec.clusterIPs[{i}]", errors);
        if (all.Count == 2 && IPText.IsV6(all[0]) == IPText.IsV6(all[1]))
            errors.Invalid("spec.clusterIPs", string.Join(',', all), "may specify no more than one IP for each IP family");
        var families = obj.Texts("spec.ipFamilies");
        for (var i = 0; i < Math.Min(families.Count, all.Count); i++)
            if (IPText.Parse(all[i]) is not null && (families[i] == "IPv6") != IPText.IsV6(all[i]))
                errors.Invalid($"spec.clusterIPs[{i}]", all[i], $"expected an {families[i]} value as indicated by `ipFamilies[{i}]`");
    }

    static void ValidateFamilies(IReadOnlyList<string> families, FieldErrors errors)
    {
        if (families.Count > 2) errors.Invalid("spec.ipFamilies", string.Join(',', families), "may only hold up to 2 values");
        for (var i = 0; i < families.Count; i++)
        {
            if (families[i] is not ("IPv4" or "IPv6")) errors.NotSupported($"spec.ipFamilies[{i}]", families[i], ["IPv4", "IPv6"]);
            else if (families.Take(i).Contains(families[i])) errors.Duplicate($"spec.ipFamilies[{i}]", families[i]);
        }
    }
}
