using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Pods;

/// <summary>The status of each container of a Pod. Pure.</summary>
sealed class ContainerStatusBuilder(Pod pod, PodObservation seen, PodMemory memory, PodPlan plan)
{
    public ContainerStatus App(Container container) => Build(container, init: false);

    public ContainerStatus Init(Container container) => Build(container, init: true);

    ContainerStatus Build(Container container, bool init)
    {
        var latest = seen.Latest(container.Name);
        // A Pod that ends shows how its containers ended, not what they were waiting for.
        var waits = plan.End && latest is { State: SeenState.Exited } ? null : Why(container.Name);
        var state = latest is null || latest.State is SeenState.Created || waits is not null && latest.State is not SeenState.Running
            ? new ContainerState { Waiting = Waits(waits) }
            : State(latest);
        var last = state.Waiting is not null && latest is { State: SeenState.Exited } ? latest : seen.Previous(container.Name);
        var started = PodRules.IsStarted(container, latest, memory);
        return new()
        {
            Name = container.Name,
            State = state,
            LastState = last is { State: SeenState.Exited } ? State(last) : new(),
            Ready = init && !PodRules.IsSidecar(container)
                ? state.Terminated is { ExitCode: 0 }
                : PodRules.IsReady(container, latest, memory),
            RestartCount = latest?.RestartCount ?? 0,
            Image = latest?.Image is { Length: > 0 } image ? image : container.Image ?? "",
            ImageID = latest?.ImageId ?? "",
            ContainerID = latest is null ? null : "containerd://" + latest.Id,
            Started = init && !PodRules.IsSidecar(container) ? latest?.State is SeenState.Running : started,
        };
    }

    Waiting? Why(string name) =>
        plan.Waiting.TryGetValue(name, out var planned) ? planned : memory.Waiting.GetValueOrDefault(name);

    ContainerStateWaiting Waits(Waiting? why) =>
        why is not null ? new() { Reason = why.Reason, Message = why.Message.Length > 0 ? why.Message : null }
        : new() { Reason = PodRules.InitContainers(pod).Count > 0 ? "PodInitializing" : "ContainerCreating" };

    static ContainerState State(SeenContainer seen) => seen.State switch
    {
        SeenState.Running => new() { Running = new() { StartedAt = seen.StartedAt } },
        SeenState.Exited => new()
        {
            Terminated = new()
            {
                ExitCode = seen.ExitCode,
                Reason = seen.Reason.Length > 0 ? seen.Reason : seen.ExitCode == 0 ? "Completed" : "Error",
                Message = seen.Message.Length > 0 ? seen.Message : null,
                StartedAt = seen.StartedAt,
                FinishedAt = seen.FinishedAt,
                ContainerID = "containerd://" + seen.Id,
            },
        },
        _ => new()
        {
            Terminated = new()
            {
                ExitCode = 137,
                Reason = "ContainerStatusUnknown",
                Message = "The container could not be located when the pod was terminated",
                ContainerID = "containerd://" + seen.Id,
            },
        },
    };
}
