using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>
/// What an update of a Service may leave out or forget: addresses and node ports that the server chose stay, and fields
/// that belong to the old type go when the type changes and they were not changed themselves.
/// </summary>
static class ServiceUpdate
{
    public static void Prepare(JsonObject obj, JsonObject old)
    {
        if (obj["spec"] is not JsonObject spec || old["spec"] is not JsonObject before) return;
        if (NeedsAddress(spec) && NeedsAddress(before)) KeepAddresses(spec, before);
        JoinAddresses(spec, before);
        if (NeedsNodePorts(spec) && NeedsNodePorts(before)) KeepNodePorts(spec, before);
        if (NeedsHealthPort(spec) && NeedsHealthPort(before) && spec.Number("healthCheckNodePort") is null or 0) Keep(spec, before, "healthCheckNodePort");
        DropVoid(spec, before);
        // What a load balancer reported is void, however long its removal takes.
        if (TypeOf(spec) != "LoadBalancer" && obj["status"] is JsonObject) obj.Make("status")["loadBalancer"] = new JsonObject();
    }

    /// <summary>clusterIPs of a client that knows clusterIP alone.</summary>
    public static void JoinAddresses(JsonObject spec)
    {
        if (spec.Text("clusterIP") is { Length: > 0 } one && spec.Texts("clusterIPs").Count == 0) spec["clusterIPs"] = new JsonArray(one);
    }

    static string TypeOf(JsonObject spec) => spec.Text("type") is { Length: > 0 } type ? type : "ClusterIP";

    static bool NeedsAddress(JsonObject spec) => TypeOf(spec) != "ExternalName";

    static bool NeedsNodePorts(JsonObject spec) => TypeOf(spec) is "NodePort" or "LoadBalancer";

    static bool NeedsHealthPort(JsonObject spec) => TypeOf(spec) == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local";

    static bool NeedsExternalPolicy(JsonObject spec) => NeedsNodePorts(spec) || (TypeOf(spec) == "ClusterIP" && spec.Texts("externalIPs").Count > 0);

    static void KeepAddresses(JsonObject spec, JsonObject before)
    {
        if (spec.Text("clusterIP").Length == 0 && (spec.Texts("clusterIPs").Count == 0 || Same(spec, before, "clusterIPs"))) Keep(spec, before, "clusterIP");
        if (spec.Texts("clusterIPs").Count == 0 && spec.Text("clusterIP") == before.Text("clusterIP")) Keep(spec, before, "clusterIPs");
        foreach (var field in (string[])["ipFamilies", "ipFamilyPolicy"])
            if (spec[field] is null) Keep(spec, before, field);
    }

    /// <summary>
    /// Guesses what a client meant that changed one of the two fields. One that knows both changes both; what still
    /// contradicts is for validation.
    /// </summary>
    static void JoinAddresses(JsonObject spec, JsonObject before)
    {
        var (now, then) = (spec.Text("clusterIP"), before.Text("clusterIP"));
        if (now == then) return;
        if (now.Length == 0)
        {
            if (Same(spec, before, "clusterIPs")) spec.Remove("clusterIPs");
        }
        else if (then.Length == 0 || Same(spec, before, "clusterIPs") || spec.Texts("clusterIPs").Count == 0) spec["clusterIPs"] = new JsonArray(now);
    }

    /// <summary>Node ports by the name of their port, whatever else of it changed, unless another port took the number.</summary>
    static void KeepNodePorts(JsonObject spec, JsonObject before)
    {
        var used = Numbers(spec);
        var known = before.Objects("ports").GroupBy(p => p.Text("name")).ToDictionary(g => g.Key, g => g.Last().Number("nodePort") ?? 0);
        foreach (var port in spec.Objects("ports").Where(p => p.Number("nodePort") is null or 0))
            if (known.GetValueOrDefault(port.Text("name")) is > 0 and var number && used.Add(number)) port["nodePort"] = number;
    }

    static HashSet<long> Numbers(JsonObject spec) => [.. spec.Objects("ports").Select(p => p.Number("nodePort") ?? 0).Where(n => n > 0)];

    static void DropVoid(JsonObject spec, JsonObject before)
    {
        if (NeedsAddress(before) && !NeedsAddress(spec))
        {
            if (Same(spec, before, "clusterIPs")) spec.Remove("clusterIP");
            Drop(spec, before, "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy");
        }
        if (NeedsNodePorts(before) && !NeedsNodePorts(spec) && Numbers(spec).IsSubsetOf(Numbers(before)))
            foreach (var port in spec.Objects("ports")) port.Remove("nodePort");
        if (NeedsHealthPort(before) && !NeedsHealthPort(spec)) Drop(spec, before, "healthCheckNodePort");
        if (TypeOf(before) == "LoadBalancer" && TypeOf(spec) != "LoadBalancer") Drop(spec, before, "allocateLoadBalancerNodePorts", "loadBalancerClass");
        if (NeedsExternalPolicy(before) && !NeedsExternalPolicy(spec)) Drop(spec, before, "externalTrafficPolicy");
    }

    static void Drop(JsonObject spec, JsonObject before, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            if (Same(spec, before, field)) spec.Remove(field);
    }

    static void Keep(JsonObject spec, JsonObject before, string field)
    {
        if (before[field] is { } value) spec[field] = value.DeepClone();
    }

    static bool Same(JsonObject spec, JsonObject before, string field) => JsonNode.DeepEquals(spec[field], before[field]);
}
