using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Pods;

/// <summary>Small questions about a Pod that several places ask.</summary>
static class PodRules
{
    public static string Key(Pod pod) => $"{pod.Metadata.Namespace}/{pod.Metadata.Name}";

    /// <summary>name_namespace(uid), the form in which the kubelet's messages name a Pod.</summary>
    public static string Title(Pod pod) => $"{pod.Metadata.Name}_{pod.Metadata.Namespace}({pod.Metadata.Uid})";

    public static bool IsTerminal(Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    public static bool IsDeleted(Pod pod) => pod.Metadata.DeletionTimestamp is not null;

    public static IReadOnlyList<Container> InitContainers(Pod pod) => pod.Spec?.InitContainers ?? [];

    public static IReadOnlyList<Container> Containers(Pod pod) => pod.Spec?.Containers ?? [];

    /// <summary>An init container that keeps running beside the others (KEP-753).</summary>
    public static bool IsSidecar(Container container) => container.RestartPolicy == "Always";

    public static string RestartPolicy(Pod pod) => pod.Spec?.RestartPolicy ?? "Always";

    /// <summary>The time that containers have between the stop signal and SIGKILL.</summary>
    public static TimeSpan Grace(Pod pod) =>
        TimeSpan.FromSeconds(pod.Metadata.DeletionGracePeriodSeconds ?? pod.Spec?.TerminationGracePeriodSeconds ?? 30);

    public static bool HostNetwork(Pod pod) => pod.Spec?.HostNetwork == true;

    /// <summary>Whether the container has passed its start: running, its postStart done, its startup probe passed.</summary>
    public static bool IsStarted(Container container, SeenContainer? seen, PodMemory memory) =>
        seen is { State: SeenState.Running } && (container.StartupProbe is null || memory.Verdict(seen.Id).Startup == true);

    /// <summary>Whether a started container is ready.</summary>
    public static bool IsReady(Container container, SeenContainer? seen, PodMemory memory) =>
        IsStarted(container, seen, memory) && (container.ReadinessProbe is null || memory.Verdict(seen!.Id).Readiness == true);

    /// <summary>Whether a container that ended, or never ran, is to be run by the restart policy.</summary>
    public static bool ShouldRun(Pod pod, Container container, SeenContainer? seen) => seen switch
    {
        null => true,
        { State: SeenState.Running } => false,
        { State: SeenState.Created or SeenState.Unknown } => true,
        _ when IsSidecar(container) => true,
        _ => RestartPolicy(pod) switch
        {
            "Never" => false,
            "OnFailure" => seen.ExitCode != 0,
            _ => true,
        },
    };

    /// <summary>A duration as Go prints it: 10s, 1m20s, 5m0s.</summary>
    public static string GoDuration(TimeSpan time)
    {
        var text = time.TotalHours >= 1 ? $"{(int)time.TotalHours}h" : "";
        if (time.TotalMinutes >= 1) text += $"{time.Minutes}m";
        return text + $"{time.Seconds}s";
    }
}
