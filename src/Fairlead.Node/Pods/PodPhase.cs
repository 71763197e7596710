using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Pods;

/// <summary>A Pod's phase from its containers' states. Pure.</summary>
static class PodPhase
{
    public static string Of(Pod pod, IReadOnlyList<ContainerStatus> init, IReadOnlyList<ContainerStatus> apps, PodObservation seen, PodMemory memory)
    {
        if (PodRules.IsTerminal(pod)) return pod.Status!.Phase!;
        if (memory.Ended is not null) return seen.AnyRunning ? pod.Status?.Phase ?? "Pending" : "Failed";
        if (PodRules.IsDeleted(pod) && !seen.AnyRunning && apps.All(c => c.State?.Terminated is not null))
            return apps.All(c => c.State!.Terminated!.ExitCode == 0) ? "Succeeded" : "Failed";

        var restart = PodRules.RestartPolicy(pod);
        var once = PodRules.InitContainers(pod).Zip(init).Where(p => !PodRules.IsSidecar(p.First)).Select(p => p.Second).ToList();
        var appsBegan = apps.Any(c => c.State?.Waiting is null || c.LastState?.Terminated is not null);
        if (restart == "Never" && once.Any(Failed)) return seen.AnyRunning ? "Pending" : "Failed";
        if (!appsBegan && once.Any(c => c.State?.Terminated is not { ExitCode: 0 })) return "Pending";

        var running = apps.Count(c => c.State?.Running is not null);
        var stopped = apps.Count(c => c.State?.Terminated is not null || c.State?.Waiting is not null && c.LastState?.Terminated is not null);
        var waiting = apps.Count - running - stopped;
        if (waiting > 0) return "Pending";
        if (running > 0) return "Running";
        if (restart == "Always" || seen.AnyRunning) return "Running";
        if (apps.All(c => c.State?.Terminated is { ExitCode: 0 })) return "Succeeded";
        return restart == "Never" ? "Failed" : "Running";
    }

    static bool Failed(ContainerStatus status) => status.State?.Terminated is { ExitCode: not 0 };
}
