using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>
/// discovery.k8s.io/v1beta1 has a map of topology where v1 has zone and nodeName. What else stands in the map is
/// deprecatedTopology in v1, and so is a host name that is not the node's (kubernetes, pkg/apis/discovery/v1beta1).
/// </summary>
static class EndpointSliceVersions
{
    const string Zone = "topology.kubernetes.io/zone";
    const string Node = "kubernetes.io/hostname";

    public static OtherVersion V1Beta1 { get; } = new("discovery.k8s.io/v1beta1", ToStored, FromStored);

    static void ToStored(JsonObject slice)
    {
        foreach (var endpoint in slice.Objects("endpoints"))
        {
            if (!endpoint.Remove("topology", out var given) || given is not JsonObject topology) continue;
            if (topology.Remove(Zone, out var zone)) endpoint["zone"] = zone;
            if (topology[Node].AsText() is { } node && node == endpoint["nodeName"].AsText()) topology.Remove(Node);
            if (topology.Count > 0) endpoint["deprecatedTopology"] = topology;
        }
    }

    static void FromStored(JsonObject slice)
    {
        foreach (var endpoint in slice.Objects("endpoints"))
        {
            endpoint.Remove("deprecatedTopology", out var given);
            var topology = given as JsonObject ?? [];
            if (endpoint.Remove("zone", out var zone) && zone is not null) topology[Zone] = zone;
            if (endpoint["nodeName"].AsText() is { } node) topology.SetDefault(Node, node);
            if (topology.Count > 0) endpoint["topology"] = topology;
        }
    }
}
