using Fairlead.Api.Core.V1;

namespace Fairlead.Controllers.Nodes;

/// <summary>What a node's conditions mean for its taints. Pure.</summary>
public static class NodeHealth
{
    const string NotReady = "node.kubernetes.io/not-ready";
    const string Unreachable = "node.kubernetes.io/unreachable";
    const string Unschedulable = "node.kubernetes.io/unschedulable";

    static readonly (string Condition, string Taint)[] Pressures =
    [
        ("MemoryPressure", "node.kubernetes.io/memory-pressure"),
        ("DiskPressure", "node.kubernetes.io/disk-pressure"),
        ("PIDPressure", "node.kubernetes.io/pid-pressure"),
        ("NetworkUnavailable", "node.kubernetes.io/network-unavailable"),
    ];

    public static NodeCondition? Ready(Node node) => node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");

    /// <summary>The node with every condition unknown: nobody reports any more.</summary>
    public static Node Lost(Node node, DateTimeOffset now)
    {
        var conditions = (node.Status?.Conditions ?? []).Where(c => c.Type != "Ready").Append(Ready(node) ?? new NodeCondition { Type = "Ready" });
        return node with
        {
            Status = (node.Status ?? new()) with
            {
                Conditions = [.. conditions.Select(c => c with
                {
                    Status = "Unknown",
                    Reason = "NodeStatusUnknown",
                    Message = "Kubelet stopped posting node status.",
                    LastTransitionTime = c.Status == "Unknown" ? c.LastTransitionTime : now,
                })],
            },
        };
    }

    /// <summary>The taints that the node should bear: its own, and those that its conditions and spec.unschedulable call for.</summary>
    public static IReadOnlyList<Taint> Taints(Node node, DateTimeOffset now)
    {
        var wished = new List<(string Key, string Effect)>();
        var ready = Ready(node)?.Status ?? "Unknown";
        if (node.Spec?.Unschedulable == true) wished.Add((Unschedulable, "NoSchedule"));
        if (ready == "False") wished.AddRange([(NotReady, "NoSchedule"), (NotReady, "NoExecute")]);
        if (ready == "Unknown") wished.AddRange([(Unreachable, "NoSchedule"), (Unreachable, "NoExecute")]);
        foreach (var (condition, taint) in Pressures)
        {
            if (node.Status?.Conditions?.Any(c => c.Type == condition && c.Status == "True") == true) wished.Add((taint, "NoSchedule"));
        }
        var present = node.Spec?.Taints ?? [];
        var kept = present.Where(t => !IsOurs(t.Key!) || wished.Contains((t.Key!, t.Effect!)));
        var added = wished.Where(w => !present.Any(t => t.Key == w.Key && t.Effect == w.Effect))
            .Select(w => new Taint { Key = w.Key, Effect = w.Effect, TimeAdded = now });
        return [.. kept, .. added];
    }

    static bool IsOurs(string key) => key is NotReady or Unreachable or Unschedulable || Pressures.Any(p => p.Taint == key);
}
