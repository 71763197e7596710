using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A Service's own addresses: well formed, of the families it names, and not changed under its clients.</summary>
static class ServiceAddressRules
{
    const string IPs = "spec.clusterIPs";
    const string Families = "spec.ipFamilies";
    const string Policy = "spec.ipFamilyPolicy";
    const string Stays = "may not change once set";

    public static void Validate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Text("spec.type") != "ExternalName") ValidateClusterIPs(obj, errors);
        var external = obj.Texts("spec.externalIPs");
        for (var i = 0; i < external.Count; i++) IPText.ValidateEndpoint(external[i], $"spec.externalIPs[{i}]", errors);
    }

    /// <summary>
    /// The first address and family stay; the second may be added, and given back by saying SingleStack. All may come and
    /// go with type ExternalName.
    /// </summary>
    public static void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        if (obj.Text("spec.type") == "LoadBalancer" && old.Text("spec.type") == "LoadBalancer"
            && obj.Text("spec.loadBalancerClass") != old.Text("spec.loadBalancerClass"))
            errors.Invalid("spec.loadBalancerClass", obj.Text("spec.loadBalancerClass"), Stays);
        if (obj.Text("spec.type") == "ExternalName" || old.Text("spec.type") == "ExternalName") return;
        if (!(IsHeadless(obj) && IsHeadless(old))) ValidateKept(obj, old, IPs, "primary clusterIP can not be unset", "clusterIP", errors);
        ValidateKept(obj, old, Families, "primary ipFamily can not be unset", "ipFamily", errors);
    }

    static void ValidateKept(JsonObject obj, JsonObject old, string path, string unset, string what, FieldErrors errors)
    {
        var (now, before) = (obj.Texts(path), old.Texts(path));
        // The server fills in what is not there.
        if (before.Count == 0 || (now.Count == 0 && obj.At(path) is null && path == Families)) return;
        if (now.Count == 0)
        {
            Invalid($"{path}[0]", obj.At(path), unset, errors);
            return;
        }
        for (var i = 0; i < (now.Count == before.Count ? before.Count : 1); i++)
            if (now[i] != before[i]) Invalid($"{path}[{i}]", obj.At(path), Stays, errors);
        if (now.Count < before.Count && obj.Text(Policy) != "SingleStack")
            Invalid(Policy, obj.At(Policy), $"`ipFamilyPolicy` must be set to 'SingleStack' when releasing the secondary {what}", errors);
    }

    static void ValidateClusterIPs(JsonObject obj, FieldErrors errors)
    {
        var (one, all, before) = (obj.Text("spec.clusterIP"), obj.Texts(IPs), errors.All.Count);
        if (one.Length > 0 && all.Count == 0) errors.Required(IPs);
        else if (one.Length > 0 && one != all[0]) Invalid(IPs, obj.At(IPs), "first value must match `clusterIP`", errors);
        else if (one.Length == 0 && all.Count > 0) Invalid(IPs, obj.At(IPs), "must be empty when `clusterIP` is not specified", errors);
        ValidateFamilies(obj.Texts(Families), errors);
        if (all is ["None", _, ..]) Invalid(IPs, obj.At(IPs), "'None' must be the first and only value", errors);
        var wellFormed = all is not ["None", _, ..];
        for (var i = all is ["None", ..] ? 1 : 0; i < all.Count; i++)
        {
            if (IPText.Wrong(all[i]) is { } wrong)
            {
                errors.Invalid($"{IPs}[{i}]", all[i], wrong);
                wellFormed = false;
            }
        }
        if (all.Count > 2) Invalid(IPs, obj.At(IPs), "may only hold up to 2 values", errors);
        if (!wellFormed) return;
        if (all.Count > 1 && !(all.Count == 2 && IPText.IsV6(all[0]) != IPText.IsV6(all[1])))
            Invalid(IPs, obj.At(IPs), "may specify no more than one IP for each IP family", errors);
        if (errors.All.Count == before && !IsHeadless(obj)) ValidateFamiliesOf(all, obj.Texts(Families), errors);
    }

    static void ValidateFamiliesOf(IReadOnlyList<string> all, IReadOnlyList<string> families, FieldErrors errors)
    {
        for (var i = 0; i < Math.Min(families.Count, all.Count); i++)
            if ((families[i] == "IPv6") != IPText.IsV6(all[i]))
                errors.Invalid($"{IPs}[{i}]", all[i], $"expected an {families[i]} value as indicated by `ipFamilies[{i}]`");
    }

    static void ValidateFamilies(IReadOnlyList<string> families, FieldErrors errors)
    {
        for (var i = 0; i < families.Count; i++)
        {
            if (families[i] is not ("IPv4" or "IPv6")) errors.NotSupported($"{Families}[{i}]", families[i], ["IPv4", "IPv6"]);
            if (families.Take(i).Contains(families[i])) errors.Duplicate($"{Families}[{i}]", families[i]);
        }
    }

    static bool IsHeadless(JsonObject obj) => obj.Texts(IPs) is ["None"];

    static void Invalid(string path, JsonNode? value, string detail, FieldErrors errors) =>
        errors.Add(FieldErrorType.FieldValueInvalid, path, $"Invalid value: {value?.ToJsonString() ?? "null"}: {detail}");
}
