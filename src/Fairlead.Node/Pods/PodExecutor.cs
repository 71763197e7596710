using Fairlead.Api.Core.V1;
using Fairlead.Node.Cri;
using Fairlead.Node.Volumes;

namespace Fairlead.Node.Pods;

/// <summary>Carries out a plan that starts things. Decides nothing.</summary>
/// <param name="podEnds">Cancelled when the Pod is to end.</param>
sealed class PodExecutor(NodeContext node, CancellationToken podEnds)
{
    readonly PodSetup setup = new(node);
    readonly ContainerStarter starter = new(node, new PodSetup(node), new LifecycleHooks(node.Runtime), podEnds);
    readonly PodKiller killer = new(node, new LifecycleHooks(node.Runtime));

    public PodKiller Killer => killer;

    /// <returns>What is to be remembered after it; the next observation shows what really came of it.</returns>
    public async Task<PodMemory> CarryOutAsync(Pod pod, PodObservation seen, PodPlan plan, PodMemory memory, CancellationToken cancellation)
    {
        await Task.WhenAll(plan.Kill.Select(k => killer.KillAsync(pod, k.Container, seen, k.Message, k.Grace ?? PodRules.Grace(pod), cancellation))).ConfigureAwait(false);
        if (plan.StopSandbox is { } old)
        {
            node.Events.Record(pod, "Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
            await node.Runtime.StopPodSandboxAsync(old, cancellation).ConfigureAwait(false);
        }
        if (plan.CreateSandbox is null && plan.Start.Count == 0) return memory;

        var images = setup.Images(pod, plan.Start.Select(s => s.Container), cancellation);
        var volumes = Task.Run(() => node.Volumes.PrepareAsync(pod, cancellation), cancellation);
        var sandbox = plan.CreateSandbox is { } attempt
            ? await SandboxAsync(pod, attempt, volumes, cancellation).ConfigureAwait(false)
            : seen.Sandbox!;
        var mounted = await MountedAsync(pod, volumes).ConfigureAwait(false);
        if (!PodRules.HostNetwork(pod)) node.Mounts.WriteHosts(pod, sandbox.Addresses);
        foreach (var start in plan.Start) memory = await StartAsync(pod, start, sandbox, images[start.Container.Name], mounted, memory, cancellation).ConfigureAwait(false);
        return memory;
    }

    async Task<SeenSandbox> SandboxAsync(Pod pod, uint attempt, Task volumes, CancellationToken cancellation)
    {
        try { return await setup.CreateSandboxAsync(pod, attempt, cancellation).ConfigureAwait(false); }
        catch
        {
            // No observer is left for the volumes; their failure comes again at the next try.
            _ = volumes.ContinueWith(t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    async Task<IReadOnlyDictionary<string, string>> MountedAsync(Pod pod, Task<IReadOnlyDictionary<string, string>> volumes)
    {
        try { return await volumes.ConfigureAwait(false); }
        catch (VolumeException e)
        {
            node.Events.Record(pod, "Warning", "FailedMount", e.Message);
            throw;
        }
    }

    async Task<PodMemory> StartAsync(
        Pod pod, ContainerStart start, SeenSandbox sandbox, Task<Image> image, IReadOnlyDictionary<string, string> volumes, PodMemory memory, CancellationToken cancellation)
    {
        var name = start.Container.Name;
        try
        {
            await starter.StartAsync(pod, start, sandbox, image, volumes, cancellation).ConfigureAwait(false);
            memory = memory with { Waiting = Without(memory.Waiting, name), NotBefore = Without(memory.NotBefore, name) };
        }
        catch (ContainerStartException e)
        {
            memory = memory with
            {
                Waiting = With(memory.Waiting, name, new(e.Reason, e.Message)),
                NotBefore = With(memory.NotBefore, name, node.Time.GetUtcNow() + e.Again),
            };
        }
        return start.Backoff is { } backoff ? memory with { Backoffs = With(memory.Backoffs, name, backoff) } : memory;
    }

    static Dictionary<string, T> With<T>(IReadOnlyDictionary<string, T> map, string key, T value) => new(map) { [key] = value };

    static Dictionary<string, T> Without<T>(IReadOnlyDictionary<string, T> map, string key)
    {
        var copy = new Dictionary<string, T>(map);
        copy.Remove(key);
        return copy;
    }
}
