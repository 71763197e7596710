using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Pods;

/// <summary>The conditions that the kubelet keeps; those of others (PodScheduled, readiness gates) stay as they are. Pure.</summary>
static class PodConditions
{
    static readonly string[] Ours = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"];

    public static IReadOnlyList<PodCondition> Build(
        Pod pod, string phase, IReadOnlyList<ContainerStatus> init, IReadOnlyList<ContainerStatus> apps, PodObservation seen, DateTimeOffset now)
    {
        var old = pod.Status?.Conditions ?? [];
        var sandboxReady = seen.Sandbox is { Ready: true } sandbox && (PodRules.HostNetwork(pod) || sandbox.Addresses.Count > 0);
        var containersReady = ContainersReady(pod, phase, init, apps);
        PodCondition[] fresh =
        [
            new() { Type = "PodReadyToStartContainers", Status = Truth(sandboxReady) },
            Initialized(pod, phase, init, apps),
            Ready(pod, containersReady, old),
            containersReady,
        ];
        return
        [
            .. fresh.Select(condition => Stamp(condition, old, now)),
            .. old.Where(condition => !Ours.Contains(condition.Type)),
        ];
    }

    // A condition's time is that of its last change of status.
    static PodCondition Stamp(PodCondition condition, IReadOnlyList<PodCondition> old, DateTimeOffset now)
    {
        var before = old.FirstOrDefault(c => c.Type == condition.Type);
        return condition with { LastTransitionTime = before?.Status == condition.Status ? before.LastTransitionTime ?? now : now };
    }

    static PodCondition Initialized(Pod pod, string phase, IReadOnlyList<ContainerStatus> init, IReadOnlyList<ContainerStatus> apps)
    {
        if (phase == "Succeeded") return new() { Type = "Initialized", Status = "True", Reason = "PodCompleted" };
        var incomplete = PodRules.InitContainers(pod).Zip(init)
            .Where(p => PodRules.IsSidecar(p.First) ? p.Second.Started != true : p.Second.State?.Terminated is not { ExitCode: 0 })
            .Select(p => p.First.Name).ToList();
        // Once an app container ran, initialisation was complete.
        var began = apps.Any(c => c.State?.Waiting is null || c.LastState?.Terminated is not null);
        return incomplete.Count == 0 || began
            ? new() { Type = "Initialized", Status = "True" }
            : new()
            {
                Type = "Initialized", Status = "False", Reason = "ContainersNotInitialized",
                Message = $"containers with incomplete status: [{string.Join(' ', incomplete)}]",
            };
    }

    static PodCondition ContainersReady(Pod pod, string phase, IReadOnlyList<ContainerStatus> init, IReadOnlyList<ContainerStatus> apps)
    {
        if (phase is "Succeeded" or "Failed")
            return new() { Type = "ContainersReady", Status = "False", Reason = phase == "Succeeded" ? "PodCompleted" : "PodFailed" };
        var sidecars = PodRules.InitContainers(pod).Zip(init).Where(p => PodRules.IsSidecar(p.First)).Select(p => p.Second);
        var unready = sidecars.Concat(apps).Where(c => !c.Ready).Select(c => c.Name).ToList();
        return unready.Count == 0
            ? new() { Type = "ContainersReady", Status = "True" }
            : new()
            {
                Type = "ContainersReady", Status = "False", Reason = "ContainersNotReady",
                Message = $"containers with unready status: [{string.Join(' ', unready)}]",
            };
    }

    static PodCondition Ready(Pod pod, PodCondition containers, IReadOnlyList<PodCondition> old)
    {
        if (containers.Status != "True") return containers with { Type = "Ready" };
        var open = new List<string>();
        foreach (var gate in pod.Spec?.ReadinessGates ?? [])
        {
            var condition = old.FirstOrDefault(c => c.Type == gate.ConditionType);
            if (condition is null) open.Add($"corresponding condition of pod readiness gate \"{gate.ConditionType}\" does not exist.");
            else if (condition.Status != "True") open.Add($"the status of pod readiness gate \"{gate.ConditionType}\" is not \"True\", but {condition.Status}");
        }
        return open.Count == 0
            ? new() { Type = "Ready", Status = "True" }
            : new() { Type = "Ready", Status = "False", Reason = "ReadinessGatesNotReady", Message = string.Join(", ", open) };
    }

    static string Truth(bool value) => value ? "True" : "False";
}
