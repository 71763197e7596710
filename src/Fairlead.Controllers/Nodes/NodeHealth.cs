using Fairlead.Api.Core.V1;

namespace Fairlead.Controllers.Nodes;

/// <summary>What a node's conditions mean for its taints. Pure.</summary>
public static class NodeHealth
{
    const string NotReady = "node.kubernetes.io/not-ready";
    const string Unreachable = "node.kubernetes.io/unreachable";
    const string Unschedulable = "node.kubernetes.io/unschedulable";

    static readonly string[] Reported = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

    static readonly (string Condition, string Taint)[] Pressures =
    [
        ("MemoryPressure", "node.kubernetes.io/memory-pressure"),
        ("DiskPressure", "node.kubernetes.io/disk-pressure"),
        ("PIDPressure", "node.kubernetes.io/pid-pressure"),
        ("NetworkUnavailable", "node.kubernetes.io/network-unavailable"),
    ];

    public static NodeCondition? Ready(Node node) => node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");

    /// <summary>
    /// The node with the conditions that its kubelet reports unknown: nobody reports them any more. Others, such as
    /// NetworkUnavailable, are reported by somebody else.
    /// </summary>
    public static Node Lost(Node node, DateTimeOffset now)
    {
        var present = node.Status?.Conditions ?? [];
        var conditions = present.Select(c => Reported.Contains(c.Type) && c.Status != "Unknown"
            ? c with { Status = "Unknown", Reason = "NodeStatusUnknown", Message = "Kubelet stopped posting node status.", LastTransitionTime = now }
            : c);
        var never = Reported.Where(t => present.All(c => c.Type != t)).Select(t => new NodeCondition
        {
            Type = t,
            Status = "Unknown",
            Reason = "NodeStatusNeverUpdated",
            Message = "Kubelet never posted node status.",
            LastHeartbeatTime = node.Metadata.CreationTimestamp,
            LastTransitionTime = now,
        });
        return node with { Status = (node.Status ?? new()) with { Conditions = [.. conditions, .. never] } };
    }

    /// <summary>The taints that the node should bear: its own, and those that its conditions and spec.unschedulable call for.</summary>
    public static IReadOnlyList<Taint> Taints(Node node, DateTimeOffset now)
    {
        var wished = new List<(string Key, string Effect)>();
        var ready = Ready(node)?.Status;
        if (node.Spec?.Unschedulable == true) wished.Add((Unschedulable, "NoSchedule"));
        // A node that never reported takes no Pods yet, but loses none.
        if (ready is null) wished.Add((NotReady, "NoSchedule"));
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
