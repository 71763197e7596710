using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>The quality of service of a Pod, which decides who is evicted first when a node runs short.</summary>
public static class PodQos
{
    static readonly string[] Counted = ["cpu", "memory"];

    /// <summary>
    /// Guaranteed if every container limits cpu and memory and requests as much; BestEffort if none requests or limits
    /// either; else Burstable. Resources of the whole Pod, if set, count instead of those of its containers.
    /// </summary>
    public static string Of(JsonObject spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        IEnumerable<JsonNode> owners = spec["resources"] is JsonObject { Count: > 0 }
            ? [spec]
            : spec.Objects("containers").Concat(spec.Objects("initContainers"));
        var (any, guaranteed) = (false, true);
        foreach (var owner in owners)
            foreach (var resource in Counted)
            {
                var limit = Amount(owner.At("resources.limits"), resource);
                var request = Amount(owner.At("resources.requests"), resource);
                if (request.IsZero) request = limit;
                any |= !request.IsZero;
                guaranteed &= !limit.IsZero && request == limit;
            }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    static Quantity Amount(JsonNode? list, string resource) =>
        list?[resource] is { } node && Quantity.TryParse(node.AsText() ?? node.ToJsonString(), out var amount) ? amount : Quantity.Zero;
}
