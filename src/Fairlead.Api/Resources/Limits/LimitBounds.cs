using System.Globalization;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources.Quotas;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Limits;

/// <summary>What of an object lies outside the bounds of a LimitRange, in upstream's words. Pure.</summary>
public static class LimitBounds
{
    /// <summary>Everything that is wrong with a Pod's containers and with the Pod as a whole.</summary>
    public static IEnumerable<string> Pod(JsonObject limitRange, JsonObject pod)
    {
        var spec = pod["spec"];
        foreach (var item in limitRange.Objects("spec.limits"))
        {
            if (item.Text("type") == "Pod")
                foreach (var wrong in Wrong(item, PodUsage.Of(spec, "requests"), PodUsage.Of(spec, "limits"))) yield return wrong;
            if (item.Text("type") != "Container") continue;
            foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
                foreach (var wrong in Wrong(item, Amounts.Read(container.At("resources.requests")), Amounts.Read(container.At("resources.limits")))) yield return wrong;
        }
    }

    /// <summary>Everything that is wrong with a claim's request.</summary>
    public static IEnumerable<string> Claim(JsonObject limitRange, JsonObject claim)
    {
        const string type = "PersistentVolumeClaim";
        var requests = Amounts.Read(claim.At("spec.resources.requests"));
        foreach (var item in limitRange.Objects("spec.limits").Where(i => i.Text("type") == type))
        {
            foreach (var (name, least) in Amounts.Read(item["min"]))
                if (!requests.TryGetValue(name, out var request)) yield return $"minimum {name} usage per {type} is {least}.  No request is specified";
                else if (request < least) yield return $"minimum {name} usage per {type} is {least}, but request is {request}";
            foreach (var (name, most) in Amounts.Read(item["max"]))
                if (!requests.TryGetValue(name, out var request)) yield return $"maximum {name} usage per {type} is {most}.  No request is specified";
                else if (request > most) yield return $"maximum {name} usage per {type} is {most}, but request is {request}";
        }
    }

    static IEnumerable<string> Wrong(JsonObject item, Dictionary<string, Quantity> requests, Dictionary<string, Quantity> limits)
    {
        var type = item.Text("type");
        foreach (var (name, least) in Amounts.Read(item["min"]))
        {
            if (!requests.TryGetValue(name, out var request)) yield return $"minimum {name} usage per {type} is {least}.  No request is specified";
            else if (request < least) yield return $"minimum {name} usage per {type} is {least}, but request is {request}";
            else if (limits.TryGetValue(name, out var limit) && limit < least) yield return $"minimum {name} usage per {type} is {least}, but limit is {limit}";
        }
        foreach (var (name, most) in Amounts.Read(item["max"]))
        {
            if (!limits.TryGetValue(name, out var limit)) yield return $"maximum {name} usage per {type} is {most}.  No limit is specified";
            else if (limit > most) yield return $"maximum {name} usage per {type} is {most}, but limit is {limit}";
            else if (requests.TryGetValue(name, out var request) && request > most) yield return $"maximum {name} usage per {type} is {most}, but request is {request}";
        }
        foreach (var (name, most) in Amounts.Read(item["maxLimitRequestRatio"]))
            if (Ratio(name, type, most, requests.GetValueOrDefault(name), limits.GetValueOrDefault(name)) is { } wrong) yield return wrong;
    }

    static string? Ratio(string name, string type, Quantity most, Quantity request, Quantity limit)
    {
        var start = $"{name} max limit to request ratio per {type} is {most}, but ";
        if (request.IsZero) return start + "no request is specified or request is 0";
        if (limit.IsZero) return start + "no limit is specified or limit is 0";
        var ratio = (double)limit.MilliValue / request.MilliValue;
        return ratio > most.MilliValue / 1000.0 ? start + string.Create(CultureInfo.InvariantCulture, $"provided ratio is {ratio:F6}") : null;
    }
}
