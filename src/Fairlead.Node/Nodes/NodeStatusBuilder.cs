using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Node.Cri;
using Fairlead.Node.Variables;

namespace Fairlead.Node.Nodes;

/// <summary>What is measured of the node at one moment.</summary>
/// <param name="Runtime">Null when the container runtime does not answer.</param>
sealed record NodeMeasure(RuntimeStatus? Runtime, string RuntimeVersion, IReadOnlyList<Image> Images, long MemoryAvailable, long DiskTotal, long DiskAvailable, int KubeletPort);

/// <summary>Writes a Node's status in the words of the kubelet. Pure but for the machine's own names.</summary>
static class NodeStatusBuilder
{
    /// <summary>The API version that this kubelet behaves as.</summary>
    public const string KubeletVersion = "v1.33.0";

    const int MostImages = 50;
    const long LeastMemory = 100L << 20;

    public static NodeStatus Build(NodeStatus old, KubeletOptions options, NodeFacts facts, NodeMeasure measure, DateTimeOffset now)
    {
        var capacity = new Dictionary<string, Quantity>
        {
            ["cpu"] = Quantity.FromMilli(facts.CpuMilli),
            ["memory"] = Quantity.FromValue(facts.MemoryBytes, QuantityFormat.BinarySI),
            ["ephemeral-storage"] = Quantity.FromValue(measure.DiskTotal / 1024 * 1024, QuantityFormat.BinarySI),
            ["pods"] = Quantity.FromValue(options.MaxPods),
        };
        return old with
        {
            Capacity = capacity,
            Allocatable = capacity,
            Addresses = [.. options.NodeIps.Select(ip => new NodeAddress { Type = "InternalIP", Address = ip.ToString() }), new() { Type = "Hostname", Address = options.NodeName }],
            Conditions = Conditions(old.Conditions ?? [], measure, now),
            DaemonEndpoints = new() { KubeletEndpoint = new() { Port = measure.KubeletPort } },
            NodeInfo = Info(measure),
            Images = [.. measure.Images.OrderByDescending(i => i.Size).Take(MostImages).Select(i => new ContainerImage { Names = [.. i.RepoDigests, .. i.RepoTags], SizeBytes = (long)i.Size })],
        };
    }

    static NodeSystemInfo Info(NodeMeasure measure) => new()
    {
        MachineID = Machine.MachineId,
        SystemUUID = Machine.MachineId,
        BootID = Machine.BootId,
        KernelVersion = Machine.KernelVersion,
        OsImage = Machine.OsImage,
        ContainerRuntimeVersion = measure.RuntimeVersion,
        KubeletVersion = KubeletVersion,
        KubeProxyVersion = "",
        OperatingSystem = "linux",
        Architecture = Machine.Architecture,
    };

    static IReadOnlyList<NodeCondition> Conditions(IReadOnlyList<NodeCondition> old, NodeMeasure measure, DateTimeOffset now)
    {
        var memory = measure.MemoryAvailable is > 0 and < LeastMemory;
        var disk = measure.DiskTotal > 0 && measure.DiskAvailable < measure.DiskTotal / 20;
        NodeCondition[] fresh =
        [
            memory ? Condition("MemoryPressure", "True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available")
                : Condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            disk ? Condition("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure")
                : Condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            Condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            Ready(measure.Runtime),
        ];
        return
        [
            .. old.Where(o => fresh.All(f => f.Type != o.Type)),
            .. fresh.Select(f => f with
            {
                LastHeartbeatTime = now,
                LastTransitionTime = old.FirstOrDefault(o => o.Type == f.Type) is { } before && before.Status == f.Status ? before.LastTransitionTime ?? now : now,
            }),
        ];
    }

    static NodeCondition Ready(RuntimeStatus? runtime)
    {
        if (runtime is null) return Condition("Ready", "False", "KubeletNotReady", "container runtime is down");
        var open = runtime.Conditions.Where(c => !c.Status && (c.Type is "RuntimeReady" or "NetworkReady")).ToList();
        return open.Count == 0
            ? Condition("Ready", "True", "KubeletReady", "kubelet is posting ready status")
            : Condition("Ready", "False", "KubeletNotReady", string.Join(", ", open.Select(c =>
                $"container runtime{(c.Type == "NetworkReady" ? " network" : "")} not ready: {c.Type}=false reason:{c.Reason} message:{c.Message}")));
    }

    static NodeCondition Condition(string type, string status, string reason, string message) =>
        new() { Type = type, Status = status, Reason = reason, Message = message };
}
