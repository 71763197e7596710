using System.Text.Json.Nodes;

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
        var (now, then) = (TypeOf(spec), TypeOf(before));
        if (now != "ExternalName" && then != "ExternalName") KeepAddresses(spec, before);
        if (NeedsNodePorts(now) && NeedsNodePorts(then)) KeepNodePorts(spec, before);
        if (now != then) DropVoid(spec, before, now);
    }

    static string TypeOf(JsonObject spec) => spec.Text("type") is { Length: > 0 } type ? type : "ClusterIP";

    static bool NeedsNodePorts(string type) => type is "NodePort" or "LoadBalancer";

    static void KeepAddresses(JsonObject spec, JsonObject before)
    {
        if (spec.Text("clusterIP").Length == 0 && spec.Texts("clusterIPs").Count == 0)
            foreach (var field in (string[])["clusterIP", "clusterIPs"])
                if (before[field] is { } value) spec[field] = value.DeepClone();
        foreach (var field in (string[])["ipFamilies", "ipFamilyPolicy"])
            if (spec[field] is null && before[field] is { } value) spec[field] = value.DeepClone();
    }

    static void KeepNodePorts(JsonObject spec, JsonObject before)
    {
        var known = before.Objects("ports").Where(p => p.Number("nodePort") is > 0)
            .GroupBy(Key).ToDictionary(g => g.Key, g => g.First().Number("nodePort"));
        foreach (var port in spec.Objects("ports"))
            if (port.Number("nodePort") is null or 0 && known.TryGetValue(Key(port), out var number)) port["nodePort"] = number;
    }

    static (long?, string) Key(JsonObject port) =>
        (port.Number("port"), port.Text("protocol") is { Length: > 0 } protocol ? protocol : "TCP");

    static void DropVoid(JsonObject spec, JsonObject before, string type)
    {
        if (type == "ExternalName") Drop(spec, before, "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy");
        if (!NeedsNodePorts(type))
        {
            var old = before.Objects("ports").Select(p => p.Number("nodePort")).ToHashSet();
            foreach (var port in spec.Objects("ports"))
                if (old.Contains(port.Number("nodePort"))) port.Remove("nodePort");
            if (spec.Texts("externalIPs").Count == 0) Drop(spec, before, "externalTrafficPolicy");
        }
        if (type != "LoadBalancer") Drop(spec, before, "allocateLoadBalancerNodePorts", "loadBalancerClass", "healthCheckNodePort");
    }

    static void Drop(JsonObject spec, JsonObject before, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            if (JsonNode.DeepEquals(spec[field], before[field])) spec.Remove(field);
    }
}
