using Fairlead.Api.Core.V1;
using Container = Fairlead.Api.Core.V1.Container;

namespace Fairlead.Node.Pods;

/// <summary>Ends containers by their grace: preStop, the stop signal, SIGKILL.</summary>
sealed class PodKiller(NodeContext node, LifecycleHooks hooks)
{
    // Even a Pod whose grace is over gets this after its preStop hook, as with the kubelet.
    static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(2);

    /// <summary>Ends every running container, sidecars after the others and in reverse order, then the sandboxes.</summary>
    public async Task EndAsync(Pod pod, PodObservation seen, TimeSpan grace, CancellationToken cancellation)
    {
        var sidecars = PodRules.InitContainers(pod).Where(PodRules.IsSidecar).Select(c => c.Name).Reverse().ToList();
        var running = seen.Containers.Where(c => c.State is SeenState.Running or SeenState.Unknown).ToList();
        var began = node.Time.GetTimestamp();
        await Task.WhenAll(running.Where(c => !sidecars.Contains(c.Name)).Select(c => KillAsync(pod, c, seen, $"Stopping container {c.Name}", grace, cancellation))).ConfigureAwait(false);
        foreach (var name in sidecars)
        {
            var left = grace - node.Time.GetElapsedTime(began);
            foreach (var container in running.Where(c => c.Name == name))
                await KillAsync(pod, container, seen, $"Stopping container {name}", left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation).ConfigureAwait(false);
        }
        foreach (var sandbox in seen.Sandboxes.Where(s => s.Ready)) await node.Runtime.StopPodSandboxAsync(sandbox.Id, cancellation).ConfigureAwait(false);
    }

    public async Task KillAsync(Pod pod, SeenContainer container, PodObservation seen, string message, TimeSpan grace, CancellationToken cancellation)
    {
        var spec = PodRules.InitContainers(pod).Concat(PodRules.Containers(pod)).FirstOrDefault(c => c.Name == container.Name) ?? new Container { Name = container.Name };
        node.Events.Record(pod, spec, "Normal", "Killing", message);
        var began = node.Time.GetTimestamp();
        if (spec.Lifecycle?.PreStop is { } hook && grace > TimeSpan.Zero)
        {
            var error = await hooks.RunAsync(pod, spec, hook, container.Id, seen.Sandbox?.Addresses ?? [], grace, cancellation).ConfigureAwait(false);
            if (error is not null) node.Events.Record(pod, spec, "Warning", "FailedPreStopHook", $"PreStopHook failed: {error}");
            grace -= node.Time.GetElapsedTime(began);
            if (grace < LeastGrace) grace = LeastGrace;
        }
        await node.Runtime.StopContainerAsync(container.Id, grace, cancellation).ConfigureAwait(false);
    }
}
