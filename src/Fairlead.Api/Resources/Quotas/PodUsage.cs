using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Quotas;

/// <summary>What a Pod requests, or is limited to, as a whole (KEP-753 for init containers that go on running).</summary>
public static class PodUsage
{
    /// <summary>
    /// The sum over the containers, or more if an init container needs more while it runs, and the overhead. Init containers
    /// that restart run beside all that come after them.
    /// </summary>
    /// <param name="spec">The PodSpec.</param>
    /// <param name="list">requests or limits.</param>
    public static Dictionary<string, Quantity> Of(JsonNode? spec, string list)
    {
        var sum = new Dictionary<string, Quantity>();
        foreach (var container in spec.Objects("containers")) sum.Add(Amounts.Read(container.At("resources." + list)));
        var (most, beside) = (new Dictionary<string, Quantity>(), new Dictionary<string, Quantity>());
        foreach (var container in spec.Objects("initContainers"))
        {
            var own = Amounts.Read(container.At("resources." + list));
            if (container.Text("restartPolicy") == "Always")
            {
                sum.Add(own);
                beside.Add(own);
                most.Raise(beside);
                continue;
            }
            own.Add(beside);
            most.Raise(own);
        }
        sum.Raise(most);
        var overhead = Amounts.Read(spec.At("overhead"));
        if (list == "limits") overhead = overhead.Where(o => sum.ContainsKey(o.Key)).ToDictionary();
        sum.Add(overhead);
        return sum;
    }

    /// <summary>What a quota counts of a Pod. One that has ended uses nothing.</summary>
    public static Dictionary<string, Quantity> ForQuota(JsonObject pod)
    {
        var usage = new Dictionary<string, Quantity>();
        if (IsEnded(pod)) return usage;
        usage["pods"] = Quantity.FromValue(1);
        var spec = pod["spec"];
        foreach (var (name, amount) in Of(spec, "requests"))
        {
            usage["requests." + name] = amount;
            if (name is "cpu" or "memory" or "ephemeral-storage" || name.StartsWith("hugepages-", StringComparison.Ordinal)) usage[name] = amount;
        }
        foreach (var (name, amount) in Of(spec, "limits")) usage["limits." + name] = amount;
        return usage;
    }

    /// <summary>True if the Pod has ended, or is being deleted and its time is up.</summary>
    public static bool IsEnded(JsonObject pod) => pod.Text("status.phase") is "Succeeded" or "Failed";

    /// <summary>
    /// The resources that every container must state because a quota bounds them, with the containers that do not:
    /// "limits.cpu for: a,b; requests.memory for: a". Null if all do.
    /// </summary>
    public static string? Missing(JsonObject pod, IEnumerable<string> bounded)
    {
        var missing = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in bounded.Where(r => r is "cpu" or "memory" or "requests.cpu" or "requests.memory" or "limits.cpu" or "limits.memory"))
        {
            var path = resource.Contains('.', StringComparison.Ordinal) ? "resources." + resource : "resources.requests." + resource;
            var without = pod.Objects("spec.containers").Concat(pod.Objects("spec.initContainers")).Where(c => c.At(path) is null).Select(c => c.Text("name")).ToList();
            if (without.Count > 0) missing[resource] = string.Join(',', without.Order(StringComparer.Ordinal));
        }
        return missing.Count == 0 ? null : string.Join("; ", missing.Select(m => $"{m.Key} for: {m.Value}"));
    }
}
