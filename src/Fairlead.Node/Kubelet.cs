using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Events;
using Fairlead.Node.Cgroups;
using Fairlead.Node.Configs;
using Fairlead.Node.Cri;
using Fairlead.Node.Events;
using Fairlead.Node.Images;
using Fairlead.Node.Logs;
using Fairlead.Node.Nodes;
using Fairlead.Node.Pods;
using Fairlead.Node.References;
using Fairlead.Node.Serving;
using Fairlead.Node.Variables;
using Fairlead.Node.Volumes;

namespace Fairlead.Node;

/// <summary>
/// One node's kubelet: registers the node, runs the Pods that are bound to it through the container runtime, reports
/// their status, and serves logs, exec, attach and port-forward. When it stops, containers go on; when it starts again,
/// it finds them by their labels and restarts none.
/// </summary>
/// <param name="client">Reaches the API server with the node's credentials.</param>
/// <param name="services">All Services, kept by the caller.</param>
/// <param name="log">Receives one line for each fault that is tried again.</param>
public sealed class Kubelet(KubeletOptions options, KubeClient client, Informer<Service> services, TimeProvider time, Action<string> log)
{
    static readonly TimeSpan RuntimePause = TimeSpan.FromMilliseconds(50), ServicesWait = TimeSpan.FromSeconds(5);

    readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the node is registered and its Pods are known.</summary>
    public Task Started => started.Task;

    /// <summary>Runs until cancelled. Waits for the runtime and for the API server as long as it takes.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Volumes hold Secrets: none but root gets to them by the node's own paths.
        Directory.CreateDirectory(Path.Combine(options.RootDirectory, "pods"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var runtime = new CriRuntime(options.ContainerRuntimeEndpoint);
        await RuntimeAnswersAsync(runtime, cancellation).ConfigureAwait(false);

        //  API watch ──Pods──▶ PodWorkers ──▶ one PodWorker a Pod: observe → PodActions → PodExecutor → status
        //  containerd events ──ends──▶ ┘          ▲ ConfigMaps, Secrets, probes wake it too
        PodWorkers? workers = null;
        var recorder = new EventRecorder(client, time);
        var events = new KubeletEvents(recorder, options.NodeName);
        using var images = new ImagePuller(runtime, events, time);
        var node = Context(runtime, events, images, uid => workers?.Wake(uid), stop.Token);
        workers = new PodWorkers(node, stop.Token);
        var pods = new Informer<Pod>(client, null, new ListOptions { FieldSelector = $"spec.nodeName={options.NodeName}" }, log);
        pods.OnChange(workers.OnChange);
        var server = options.ServingCertificate is null ? null : new KubeletServer(node, workers);
        if (server is not null) await server.StartAsync(cancellation).ConfigureAwait(false);
        var registration = new NodeRegistration(options, client, runtime, events, node.Facts, () => server?.Port ?? options.Port, time, log);
        try
        {
            await RunAllAsync(stop,
            [
                recorder.RunAsync(stop.Token), pods.RunAsync(stop.Token), workers.FollowEventsAsync(stop.Token),
                registration.RunAsync(stop.Token), new NodeLease(options.NodeName, client, time, log).RunAsync(stop.Token),
                BeginAsync(registration, pods, workers, stop.Token), new LogRotation(runtime, options, () => workers.All, time, log).RunAsync(stop.Token),
            ]).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await workers.WhenStopped().ConfigureAwait(false);
            if (server is not null) await server.StopAsync().ConfigureAwait(false);
        }
    }

    // The first of them that fails ends all: a kubelet with a part missing must not look alive.
    static async Task RunAllAsync(CancellationTokenSource stop, Task[] loops)
    {
        var pending = loops.ToList();
        while (pending.Count > 0)
        {
            var ended = await Task.WhenAny(pending).ConfigureAwait(false);
            if (!ended.IsCompletedSuccessfully && !stop.IsCancellationRequested) await stop.CancelAsync().ConfigureAwait(false);
            pending.Remove(ended);
        }
        foreach (var loop in loops.Where(l => l.IsFaulted)) await loop.ConfigureAwait(false);
        stop.Token.ThrowIfCancellationRequested();
    }

    async Task BeginAsync(NodeRegistration registration, Informer<Pod> pods, PodWorkers workers, CancellationToken cancellation)
    {
        await registration.Registered.WaitAsync(cancellation).ConfigureAwait(false);
        await pods.Synced.WaitAsync(cancellation).ConfigureAwait(false);
        started.TrySetResult();
        while (true)
        {
            try
            {
                await workers.EndOrphansAsync(pods, cancellation).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is CriException or HttpRequestException) { log($"orphaned pods: {e.Message}"); }
            await Task.Delay(RuntimePause, time, cancellation).ConfigureAwait(false);
        }
    }

    NodeContext Context(
        CriRuntime runtime, KubeletEvents events, ImagePuller images, Action<string> wake, CancellationToken stop)
    {
        var paths = new PodPaths(options);
        var facts = Machine.Facts(options);
        var references = new ReferencedObjects(client, wake, log, stop);
        var tokens = new ServiceAccountTokens(client, time);
        return new()
        {
            Options = options,
            Client = client,
            Runtime = runtime,
            Paths = paths,
            Observer = new(runtime, paths),
            Volumes = new(paths, new VolumeContents(references, tokens, facts), facts.MemoryBytes, time),
            Mounts = new(paths, options),
            References = references,
            Tokens = tokens,
            Cgroups = new PodCgroups(options.CgroupRoot),
            Images = images,
            Events = events,
            Facts = facts,
            ServiceVariables = async (ns, links, cancellation) =>
            {
                // Services that can't be listed keep no Pod from starting for ever.
                try { await services.Synced.WaitAsync(ServicesWait, time, cancellation).ConfigureAwait(false); }
                catch (TimeoutException) { log("services are not known yet: a container starts without their variables"); }
                return ServiceVariables.Of(services.List(), ns, links);
            },
            Time = time,
            Log = log,
        };
    }

    async Task RuntimeAnswersAsync(CriRuntime runtime, CancellationToken cancellation)
    {
        for (var said = false; ; said = true)
        {
            try
            {
                await runtime.VersionAsync(cancellation).ConfigureAwait(false);
                if (options.PodCidrs is not []) await runtime.SetPodCidrAsync(string.Join(',', options.PodCidrs), cancellation).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is CriException or HttpRequestException)
            {
                if (!said) log($"waiting for the container runtime at {options.ContainerRuntimeEndpoint}: {e.Message}");
            }
            await Task.Delay(RuntimePause, time, cancellation).ConfigureAwait(false);
        }
    }
}
