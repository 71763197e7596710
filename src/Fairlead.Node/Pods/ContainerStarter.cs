using Fairlead.Api.Core.V1;
using Fairlead.Node.Configs;
using Fairlead.Node.Cri;
using Fairlead.Node.Images;
using Container = Fairlead.Api.Core.V1.Container;

namespace Fairlead.Node.Pods;

/// <summary>Starts one container in a Pod's sandbox.</summary>
/// <param name="podEnds">Cancelled when the Pod is to end: a postStart hook holds up no deletion.</param>
sealed class ContainerStarter(NodeContext node, PodSetup setup, LifecycleHooks hooks, CancellationToken podEnds)
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <returns>The new container's id.</returns>
    /// <exception cref="ContainerStartException">It did not start; the exception says how its status shows it.</exception>
    public async Task<string> StartAsync(
        Pod pod, ContainerStart start, SeenSandbox sandbox, Task<Image> image, IReadOnlyDictionary<string, string> volumes, CancellationToken cancellation)
    {
        var container = start.Container;
        pod = WithAddresses(pod, sandbox.Addresses);
        var found = await ImageAsync(container, image).ConfigureAwait(false);
        var config = await ConfigAsync(pod, start, found, volumes, cancellation).ConfigureAwait(false);
        Directory.CreateDirectory(Path.Combine(node.Paths.Logs(pod), container.Name));
        string id;
        try { id = await node.Runtime.CreateContainerAsync(sandbox.Id, config, setup.Config(pod, sandbox.Attempt), cancellation).ConfigureAwait(false); }
        catch (CriException e) { throw Failed(pod, container, "CreateContainerError", e.Detail, Soon); }
        node.Events.Record(pod, container, "Normal", "Created", $"Created container: {container.Name}");
        try { await node.Runtime.StartContainerAsync(id, cancellation).ConfigureAwait(false); }
        catch (CriException e) { throw Failed(pod, container, "RunContainerError", e.Detail, TimeSpan.Zero); }
        node.Events.Record(pod, container, "Normal", "Started", $"Started container {container.Name}");
        await PostStartAsync(pod, container, id, sandbox, cancellation).ConfigureAwait(false);
        return id;
    }

    static Pod WithAddresses(Pod pod, IReadOnlyList<string> addresses) => addresses.Count == 0 ? pod : pod with
    {
        Status = (pod.Status ?? new()) with { PodIP = addresses[0], PodIPs = [.. addresses.Select(a => new Api.Core.V1.PodIP { Ip = a })] },
    };

    async Task<Image> ImageAsync(Container container, Task<Image> image)
    {
        try { return await image.ConfigureAwait(false); }
        catch (ImageException e)
        {
            var left = node.Images.Remaining(container);
            throw new ContainerStartException(e.Reason, e.Message, e.Reason == "ImagePullBackOff" && left > Soon ? left : Soon);
        }
    }

    async Task<ContainerConfig> ConfigAsync(
        Pod pod, ContainerStart start, Image image, IReadOnlyDictionary<string, string> volumes, CancellationToken cancellation)
    {
        try
        {
            var services = await node.ServiceVariables(pod.Metadata.Namespace!, pod.Spec?.EnableServiceLinks != false, cancellation).ConfigureAwait(false);
            var environment = new Variables.ContainerEnvironment(node.References.For(pod.Metadata.Uid!), node.Facts);
            var env = await environment.MakeAsync(pod, start.Container, services, cancellation).ConfigureAwait(false);
            var mounts = node.Mounts.Make(pod, start.Container, start.RestartCount, volumes, env.ToDictionary(e => e.Key, e => e.Value));
            var parts = new ContainerParts(start.RestartCount, image.Id, image.Uid?.Value, env, mounts, node.Facts.MemoryBytes);
            return ContainerConfigs.Of(pod, start.Container, parts);
        }
        catch (ContainerConfigException e) { throw Failed(pod, start.Container, "CreateContainerConfigError", e.Message, Soon); }
    }

    async Task PostStartAsync(Pod pod, Container container, string id, SeenSandbox sandbox, CancellationToken cancellation)
    {
        if (container.Lifecycle?.PostStart is not { } hook) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, podEnds);
        if (await hooks.RunAsync(pod, container, hook, id, sandbox.Addresses, TimeSpan.FromMinutes(10), stop.Token).ConfigureAwait(false) is not { } error) return;
        node.Events.Record(pod, container, "Warning", "FailedPostStartHook", $"PostStartHook failed: {error}");
        node.Events.Record(pod, container, "Normal", "Killing", "FailedPostStartHook");
        await node.Runtime.StopContainerAsync(id, PodRules.Grace(pod), cancellation).ConfigureAwait(false);
        throw new ContainerStartException("PostStartHookError", error, TimeSpan.Zero);
    }

    ContainerStartException Failed(Pod pod, Container container, string reason, string message, TimeSpan again)
    {
        node.Events.Record(pod, container, "Warning", "Failed", $"Error: {message}");
        return new(reason, message, again);
    }
}
