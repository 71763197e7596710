namespace Fairlead.Scheduler.Plugins;

/// <summary>No two Pods of a node take the same host port.</summary>
public sealed class NodePorts : IFilter
{
    public Refusal? Refuse(PodToPlace pod, NodeState node) =>
        pod.HostPorts.Count > 0 && node.Pods.Any(other => other.HostPorts.Any(theirs => pod.HostPorts.Any(ours => Clash(ours, theirs))))
            ? new(Resolvable: true, "node(s) didn't have free ports for the requested pod ports") : null;

    static bool Clash((string Protocol, string Ip, int Port) a, (string Protocol, string Ip, int Port) b) =>
        a.Port == b.Port && a.Protocol == b.Protocol && (a.Ip == b.Ip || a.Ip == "0.0.0.0" || b.Ip == "0.0.0.0");
}
