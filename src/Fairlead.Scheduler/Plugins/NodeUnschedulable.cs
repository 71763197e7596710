namespace Fairlead.Scheduler.Plugins;

/// <summary>Keeps Pods away from cordoned nodes, but for those that tolerate the taint of being so.</summary>
public sealed class NodeUnschedulable : IFilter
{
    public Refusal? Refuse(PodToPlace pod, NodeState node) =>
        node.Node!.Spec?.Unschedulable == true
        && !TaintToleration.Tolerates(pod, new() { Key = "node.kubernetes.io/unschedulable", Effect = "NoSchedule" })
            ? new(Resolvable: false, "node(s) were unschedulable") : null;
}
