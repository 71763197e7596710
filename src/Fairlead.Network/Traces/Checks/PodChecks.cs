using Fairlead.Api.Core.V1;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Checks;

/// <summary>Why a Pod is not ready: the first of what must come true one after another.</summary>
static class PodChecks
{
    /// <summary>The first cause; of a Pod that is ready, that it only says so.</summary>
    public static Finding WhyNotReady(TraceState state, Pod pod) =>
        Life(pod) ?? Place(state, pod) ?? InitContainers(pod) ?? Containers(pod) ?? Address(pod) ?? Startup(state, pod) ?? Readiness(state, pod) ?? Gates(pod)
        ?? new(KnownCauses.PodNotReady,
            $"{Name(pod)} is marked not ready{Words.Quote(PodFacts.Condition(pod, "Ready")?.Message)}.",
            "See its conditions.",
            PodFacts.Of(pod, "status.conditions"));

    static string Name(Pod pod) => $"Pod {PodFacts.KeyOf(pod)}";

    static Finding? Life(Pod pod)
    {
        if (PodFacts.HasEnded(pod))
            return new(KnownCauses.PodEnded,
                $"{Name(pod)} has ended (phase {pod.Status!.Phase}){Words.Quote(pod.Status.Message)}.",
                "Run the program in a Pod that is started again, such as a Deployment's.",
                PodFacts.Of(pod, "status.phase"));
        return pod.Metadata.DeletionTimestamp is null ? null
            : new(KnownCauses.PodTerminating,
                $"{Name(pod)} is being deleted.",
                "Wait for the Pod that takes its place, or find what deletes it.",
                PodFacts.Of(pod, "metadata.deletionTimestamp"));
    }

    static Finding? Place(TraceState state, Pod pod)
    {
        if (pod.Spec?.NodeName is not { Length: > 0 } name)
            return new(KnownCauses.PodUnscheduled,
                $"{Name(pod)} is on no node{Words.Quote(PodFacts.Condition(pod, "PodScheduled")?.Message)}.",
                "Make room for it, or change what it asks of nodes.",
                PodFacts.Of(pod, "spec.nodeName"));
        if (PodFacts.IsReady(pod) || (state.Node(name) is { } node && TraceState.IsReady(node))) return null;
        var why = state.Node(name) is { } present ? present.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Message : "it is not registered";
        return new(KnownCauses.PodNodeNotReady,
            $"{Name(pod)} is on node {name}, which is not ready{Words.Quote(why)}.",
            $"Bring node {name} back, or delete the Pod so that it starts elsewhere.",
            new("Node", "", name, "status.conditions"));
    }

    static Finding? InitContainers(Pod pod)
    {
        foreach (var status in pod.Status?.InitContainerStatuses ?? [])
        {
            var sidecar = pod.Spec?.InitContainers?.FirstOrDefault(c => c.Name == status.Name)?.RestartPolicy == "Always";
            if (sidecar ? status.Started == true : status.State?.Terminated is { ExitCode: 0 }) continue;
            var state = status.State switch
            {
                { Waiting: { } waiting } => $"waits ({waiting.Reason}{Words.Quote(waiting.Message)})",
                { Terminated: { } ended } => $"ended with exit code {ended.ExitCode}",
                _ => "still runs",
            };
            return new(KnownCauses.PodInitializing,
                $"{Name(pod)}: init container {status.Name} {state}.",
                $"See kubectl logs {pod.Metadata.Name} -c {status.Name} -n {pod.Metadata.Namespace}.",
                PodFacts.Of(pod, "status.initContainerStatuses"));
        }
        return null;
    }

    static Finding? Containers(Pod pod)
    {
        var of = PodFacts.Of(pod, "status.containerStatuses");
        foreach (var status in pod.Status?.ContainerStatuses ?? [])
        {
            if (status.State?.Waiting is { Reason: "CrashLoopBackOff" })
            {
                var last = status.LastState?.Terminated;
                var how = last is null ? "" : $", last with exit code {last.ExitCode}{(string.IsNullOrEmpty(last.Reason) ? "" : $" ({last.Reason})")}";
                return new(KnownCauses.PodCrashing,
                    $"{Name(pod)}: container {status.Name} was started again {Words.Count(status.RestartCount, "time")}{how}.",
                    $"See kubectl logs {pod.Metadata.Name} -c {status.Name} -n {pod.Metadata.Namespace} --previous.",
                    of);
            }
            if (status.State?.Waiting is { } waiting)
                return new(KnownCauses.PodWaiting,
                    $"{Name(pod)}: container {status.Name} waits: {waiting.Reason}{Words.Quote(waiting.Message)}.",
                    RemedyOf(pod, waiting.Reason),
                    of);
            if (status.State?.Terminated is { } ended)
                return new(KnownCauses.PodEnded,
                    $"{Name(pod)}: container {status.Name} has ended with exit code {ended.ExitCode}.",
                    $"See kubectl logs {pod.Metadata.Name} -c {status.Name} -n {pod.Metadata.Namespace}.",
                    of);
        }
        if (pod.Status?.ContainerStatuses is { Count: > 0 }) return null;
        return new(KnownCauses.PodWaiting,
            $"{Name(pod)}: node {pod.Spec?.NodeName} has not started its containers yet.",
            $"See kubectl describe pod {pod.Metadata.Name} -n {pod.Metadata.Namespace}.",
            of);
    }

    static string RemedyOf(Pod pod, string? reason) => reason switch
    {
        "ImagePullBackOff" or "ErrImagePull" or "InvalidImageName" or "ErrImageNeverPull" => "Correct the image's name, or load the image on the node.",
        "CreateContainerConfigError" => "Make the ConfigMap or Secret that the container refers to.",
        _ => $"See kubectl describe pod {pod.Metadata.Name} -n {pod.Metadata.Namespace}.",
    };

    static Finding? Address(Pod pod) => PodFacts.Addresses(pod).Any() ? null
        : new(KnownCauses.PodWithoutAddress, $"{Name(pod)} has no address.", $"See whether the CNI plug-in works on node {pod.Spec?.NodeName}.", PodFacts.Of(pod, "status.podIPs"));

    static Finding? Startup(TraceState state, Pod pod)
    {
        foreach (var status in pod.Status?.ContainerStatuses ?? [])
        {
            if (status.Started != false || ContainerOf(pod, status.Name)?.StartupProbe is not { } probe) continue;
            return new(KnownCauses.StartupProbeFailing, $"{Name(pod)}: container {status.Name} has not passed its startup probe ({ProbeText.Of(probe)}){Warning(state, pod)}.",
                "Correct the probe, or what it asks.", PodFacts.Of(pod, "spec.containers.startupProbe"));
        }
        return null;
    }

    static Finding? Readiness(TraceState state, Pod pod)
    {
        foreach (var status in pod.Status?.ContainerStatuses ?? [])
        {
            if (status.Ready || ContainerOf(pod, status.Name)?.ReadinessProbe is not { } probe) continue;
            return new(KnownCauses.ReadinessProbeFailing, $"{Name(pod)}: container {status.Name} does not pass its readiness probe ({ProbeText.Of(probe)}){Warning(state, pod)}.",
                "Correct the probe, or what it asks.", PodFacts.Of(pod, "spec.containers.readinessProbe"));
        }
        return null;
    }

    static Finding? Gates(Pod pod)
    {
        foreach (var gate in pod.Spec?.ReadinessGates ?? [])
        {
            if (PodFacts.Condition(pod, gate.ConditionType) is { Status: "True" }) continue;
            var condition = PodFacts.Condition(pod, gate.ConditionType);
            var how = condition is null ? "nobody has set" : $"is {condition.Status}{Words.Quote(condition.Message)}";
            return new(KnownCauses.ReadinessGateFalse,
                $"{Name(pod)}: its readiness gate {gate.ConditionType} {how}.",
                "See to the controller that sets this condition, or drop the gate.",
                PodFacts.Of(pod, "spec.readinessGates"));
        }
        return null;
    }

    static Container? ContainerOf(Pod pod, string name) => pod.Spec?.Containers.FirstOrDefault(c => c.Name == name);

    static string Warning(TraceState state, Pod pod) => Words.Quote(state.Objects.Warnings.GetValueOrDefault(PodFacts.KeyOf(pod)));
}
