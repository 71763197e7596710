using Fairlead.Api.Errors;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Allocation;

/// <summary>
/// Fills in spec.ipFamilyPolicy and spec.ipFamilies of a Service from what it says and from what the cluster has (KEP-563).
/// An address is never added or taken without the user's word. Pure.
/// </summary>
static class ServiceFamilies
{
    const string Policy = "spec.ipFamilyPolicy";
    const string Single = "SingleStack", Prefer = "PreferDualStack", Require = "RequireDualStack";

    /// <param name="before">The spec as stored; null at a create.</param>
    /// <param name="cluster">The families that the cluster has, the default first.</param>
    public static void Fill(JsonObject spec, JsonObject? before, IReadOnlyList<string> cluster, FieldErrors errors)
    {
        if (spec.Text("type") == "ExternalName" || IsUnchangedPreference(spec, before)) return;
        spec["ipFamilyPolicy"] ??= before.Text("ipFamilyPolicy") ?? (IsFree(spec) ? Require : Single);
        if (before is not null) CheckReduced(spec, before, errors);
        CheckSingle(spec, errors);
        InferFamilies(spec, cluster, errors);
        if (errors.Any) return;
        if (IsFree(spec))
        {
            // Nobody gives it addresses: it may have families that the cluster has not.
            if (Families(spec).Length == 0) SetFamilies(spec, cluster[0]);
            if (Families(spec) is [var only] && spec.Text("ipFamilyPolicy") != Single) SetFamilies(spec, only, Other(only));
            return;
        }
        CheckCluster(spec, cluster, errors);
        if (errors.Any) return;
        if (Families(spec).Length == 0) SetFamilies(spec, cluster[0]);
        if (spec.Text("ipFamilyPolicy") != Single && Families(spec) is [var one] && cluster.Count == 2) SetFamilies(spec, one, Other(one));
    }

    /// <summary>A Service that prefers two is not touched when the cluster gets or loses the second family.</summary>
    public static bool IsUnchangedPreference(JsonObject spec, JsonObject? before) => before is not null
        && spec.Text("ipFamilyPolicy") == Prefer && before.Text("ipFamilyPolicy") is null or Prefer
        && spec.Text("type") == before.Text("type") && Same(spec, before, "clusterIPs") && Same(spec, before, "ipFamilies");

    // Headless, and its endpoints come from elsewhere.
    static bool IsFree(JsonObject spec) => spec.Text("clusterIP") == "None" && spec.Object("selector") is not { Count: > 0 };

    static void CheckReduced(JsonObject spec, JsonObject before, FieldErrors errors)
    {
        if (spec.Text("ipFamilyPolicy") == Single)
        {
            foreach (var field in (string[])["clusterIPs", "ipFamilies"])
                if (Same(spec, before, field) && spec.Array(field) is { Count: > 1 } both) both.RemoveAt(1);
            return;
        }
        foreach (var (field, what) in ((string, string)[])[("clusterIPs", "cluster IP"), ("ipFamilies", "IP family")])
            if (spec.Array(field) is { Count: > 0 } now && now.Count < (before.Array(field)?.Count ?? 0))
                errors.Invalid(Policy, spec.Text("ipFamilyPolicy"), $"must be 'SingleStack' to release the secondary {what}");
    }

    static void CheckSingle(JsonObject spec, FieldErrors errors)
    {
        if (spec.Text("ipFamilyPolicy") != Single) return;
        foreach (var (field, what) in ((string, string)[])[("clusterIPs", "cluster IPs"), ("ipFamilies", "IP families")])
            if (spec.Array(field) is { Count: 2 })
                errors.Invalid(Policy, Single, $"must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified");
    }

    static void InferFamilies(JsonObject spec, IReadOnlyList<string> cluster, FieldErrors errors)
    {
        var addresses = spec.Texts("clusterIPs").ToArray();
        for (var i = Families(spec).Length; i < addresses.Length && addresses[i] != "None"; i++)
        {
            var family = FamilyOf(addresses[i]);
            if (cluster.Contains(family)) SetFamilies(spec, [.. Families(spec), family]);
            else errors.Add(FieldErrorType.FieldValueInvalid, $"spec.clusterIPs[{i}]", $"Invalid value: {spec["clusterIPs"]!.ToJsonString()}: {family} is not configured on this cluster");
        }
    }

    static void CheckCluster(JsonObject spec, IReadOnlyList<string> cluster, FieldErrors errors)
    {
        if (spec.Text("ipFamilyPolicy") == Require && cluster.Count < 2)
            errors.Invalid(Policy, Require, "this cluster is not configured for dual-stack services");
        var families = Families(spec);
        for (var i = 0; i < families.Length; i++)
            if (!cluster.Contains(families[i])) errors.Invalid($"spec.ipFamilies[{i}]", families[i], "not configured on this cluster");
    }

    public static string FamilyOf(string address) => address.Contains(':', StringComparison.Ordinal) ? ServiceRange.V6 : ServiceRange.V4;

    public static string[] Families(JsonObject? spec) => [.. spec.Texts("ipFamilies")];

    static string Other(string family) => family == ServiceRange.V4 ? ServiceRange.V6 : ServiceRange.V4;

    static void SetFamilies(JsonObject spec, params IEnumerable<string> families) => spec["ipFamilies"] = new JsonArray([.. families.Select(f => (JsonNode)f)]);

    static bool Same(JsonObject spec, JsonObject before, string field) => spec.Texts(field).SequenceEqual(before.Texts(field));
}
