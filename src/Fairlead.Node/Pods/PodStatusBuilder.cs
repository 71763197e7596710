using System.Net;
using Fairlead.Api.Core.V1;
using Fairlead.Node.Cgroups;

namespace Fairlead.Node.Pods;

/// <summary>Writes a Pod's status from what is seen and remembered, in the words of the kubelet. Pure.</summary>
static class PodStatusBuilder
{
    public static PodStatus Build(Pod pod, PodObservation seen, PodMemory memory, PodPlan plan, IReadOnlyList<IPAddress> nodeIps, DateTimeOffset now)
    {
        var containers = new ContainerStatusBuilder(pod, seen, memory, plan);
        var apps = PodRules.Containers(pod).Select(containers.App).ToList();
        var init = PodRules.InitContainers(pod).Select(containers.Init).ToList();
        var phase = PodPhase.Of(pod, init, apps, seen, memory);
        var old = pod.Status ?? new();
        var addresses = PodRules.HostNetwork(pod) && seen.Sandbox is not null ? [.. nodeIps.Select(ip => ip.ToString())]
            : seen.Sandbox is { Addresses.Count: > 0 } sandbox ? sandbox.Addresses
            : old.PodIPs?.Select(ip => ip.Ip).ToList() ?? [];
        var (reason, message) = EndOf(pod, memory, now);
        return old with
        {
            Phase = phase,
            Reason = reason ?? old.Reason,
            Message = message ?? old.Message,
            HostIP = nodeIps[0].ToString(),
            HostIPs = [.. nodeIps.Select(ip => new HostIP { Ip = ip.ToString() })],
            PodIP = addresses.Count > 0 ? addresses[0] : null,
            PodIPs = addresses.Count > 0 ? [.. addresses.Select(ip => new PodIP { Ip = ip })] : null,
            StartTime = old.StartTime ?? now,
            QosClass = QosClass.Of(pod),
            InitContainerStatuses = init.Count > 0 ? init : null,
            ContainerStatuses = apps,
            Conditions = PodConditions.Build(pod, phase, init, apps, seen, now),
        };
    }

    static (string? Reason, string? Message) EndOf(Pod pod, PodMemory memory, DateTimeOffset now)
    {
        if (memory.Ended is { } ended) return (ended.Reason, ended.Message);
        return !PodRules.IsTerminal(pod) && PodActions.DeadlinePassed(pod, now)
            ? ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
            : (null, null);
    }
}
