using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Quotas;

/// <summary>What one object uses of the resources that quotas bound. Pure: the same object, the same usage.</summary>
public static class QuotaUsage
{
    static readonly string[] OldCounts = ["services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims"];

    /// <summary>count/PLURAL.GROUP of every kind, and what Pods, Services and claims use besides.</summary>
    /// <param name="kind">The object's kind.</param>
    /// <param name="obj">The object; null for none.</param>
    public static Dictionary<string, Quantity> Of(ResourceDefinition kind, JsonObject? obj)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (obj is null) return [];
        var one = Quantity.FromValue(1);
        var usage = new Dictionary<string, Quantity> { ["count/" + kind.GroupResource] = one };
        if (kind.Group.Length > 0) return usage;
        if (OldCounts.Contains(kind.Plural)) usage[kind.Plural] = one;
        if (kind.Plural == "pods") usage.Add(PodUsage.ForQuota(obj));
        else if (kind.Plural == "services") usage.Add(Service(obj));
        else if (kind.Plural == "persistentvolumeclaims") usage.Add(Claim(obj));
        return usage;
    }

    /// <summary>True if usage of the resource comes from objects of the kind.</summary>
    public static bool IsFrom(ResourceDefinition kind, string resource)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(resource);
        if (resource.StartsWith("count/", StringComparison.Ordinal)) return resource["count/".Length..] == kind.GroupResource;
        if (kind.Group.Length > 0) return false;
        if (kind.Plural == "services") return resource is "services" or "services.nodeports" or "services.loadbalancers";
        if (kind.Plural == "persistentvolumeclaims") return resource is "persistentvolumeclaims" or "requests.storage" || resource.Contains(ClassSuffix, StringComparison.Ordinal);
        if (OldCounts.Contains(resource)) return resource == kind.Plural;
        return kind.Plural == "pods" && !resource.StartsWith("services", StringComparison.Ordinal)
            && resource != "requests.storage" && !resource.Contains(ClassSuffix, StringComparison.Ordinal);
    }

    const string ClassSuffix = ".storageclass.storage.k8s.io/";

    static Dictionary<string, Quantity> Service(JsonObject service)
    {
        var usage = new Dictionary<string, Quantity>();
        var ports = service.Objects("spec.ports");
        var (type, allocates) = (service.Text("spec.type"), service.At("spec.allocateLoadBalancerNodePorts") is null || service.Flag("spec.allocateLoadBalancerNodePorts"));
        if (type == "NodePort" || (type == "LoadBalancer" && allocates)) usage["services.nodeports"] = Quantity.FromValue(ports.Count);
        else if (type == "LoadBalancer") usage["services.nodeports"] = Quantity.FromValue(ports.Count(p => p.Number("nodePort") is > 0));
        if (type == "LoadBalancer") usage["services.loadbalancers"] = Quantity.FromValue(1);
        return usage;
    }

    static Dictionary<string, Quantity> Claim(JsonObject claim)
    {
        var asked = Amounts.Read(claim.At("spec.resources.requests")).GetValueOrDefault("storage");
        var storage = Quantity.Max(asked, Amounts.Read(claim.At("status.allocatedResources")).GetValueOrDefault("storage"));
        var usage = new Dictionary<string, Quantity> { ["requests.storage"] = storage };
        if (claim.Text("spec.storageClassName") is not { Length: > 0 } name) return usage;
        usage[$"{name}{ClassSuffix}requests.storage"] = storage;
        usage[$"{name}{ClassSuffix}persistentvolumeclaims"] = Quantity.FromValue(1);
        return usage;
    }
}
