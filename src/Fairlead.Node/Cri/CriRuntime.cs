using Fairlead.Node.Cri.Events;
using Google.Protobuf;

namespace Fairlead.Node.Cri;

/// <summary>
/// The container runtime by CRI v1, a method for each call that the kubelet makes. Every call has a bound, so that a
/// runtime that hangs can't hold a Pod's worker for ever. Thread-safe.
/// </summary>
sealed class CriRuntime(string socketPath) : IDisposable
{
    const string RuntimeService = "runtime.v1.RuntimeService/";
    const string ImageService = "runtime.v1.ImageService/";
    static readonly TimeSpan Usual = TimeSpan.FromMinutes(2);
    static readonly TimeSpan Pull = TimeSpan.FromMinutes(30);

    readonly GrpcSocket socket = new(socketPath);

    public Task<VersionResponse> VersionAsync(CancellationToken cancellation) =>
        CallAsync(RuntimeService + "Version", new VersionRequest(), VersionResponse.Parser, Usual, cancellation);

    public async Task<RuntimeStatus> StatusAsync(CancellationToken cancellation) =>
        (await CallAsync(RuntimeService + "Status", new StatusRequest(), StatusResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Status;

    /// <summary>Tells the runtime the node's Pod range, for network configurations that are made from a template.</summary>
    public Task SetPodCidrAsync(string podCidr, CancellationToken cancellation) =>
        CallAsync(RuntimeService + "UpdateRuntimeConfig",
            new UpdateRuntimeConfigRequest { RuntimeConfig = new() { NetworkConfig = new() { PodCidr = podCidr } } },
            UpdateRuntimeConfigResponse.Parser, Usual, cancellation);

    /// <returns>The new sandbox's id.</returns>
    public async Task<string> RunPodSandboxAsync(PodSandboxConfig config, string runtimeHandler, CancellationToken cancellation) =>
        (await CallAsync(RuntimeService + "RunPodSandbox", new RunPodSandboxRequest { Config = config, RuntimeHandler = runtimeHandler },
            RunPodSandboxResponse.Parser, Usual, cancellation).ConfigureAwait(false)).PodSandboxId;

    public Task StopPodSandboxAsync(string id, CancellationToken cancellation) =>
        GoneIsFine(CallAsync(RuntimeService + "StopPodSandbox", new StopPodSandboxRequest { PodSandboxId = id },
            StopPodSandboxResponse.Parser, Usual, cancellation));

    public Task RemovePodSandboxAsync(string id, CancellationToken cancellation) =>
        GoneIsFine(CallAsync(RuntimeService + "RemovePodSandbox", new RemovePodSandboxRequest { PodSandboxId = id },
            RemovePodSandboxResponse.Parser, Usual, cancellation));

    public async Task<PodSandboxStatus> PodSandboxStatusAsync(string id, CancellationToken cancellation) =>
        (await CallAsync(RuntimeService + "PodSandboxStatus", new PodSandboxStatusRequest { PodSandboxId = id },
            PodSandboxStatusResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Status;

    /// <summary>What the runtime knows of a sandbox beyond CRI, as JSON under its own keys.</summary>
    public async Task<IReadOnlyDictionary<string, string>> PodSandboxInfoAsync(string id, CancellationToken cancellation) =>
        (await CallAsync(RuntimeService + "PodSandboxStatus", new PodSandboxStatusRequest { PodSandboxId = id, Verbose = true },
            PodSandboxStatusResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Info;

    /// <summary>Sandboxes whose labels include all of these; all sandboxes when there are none.</summary>
    public async Task<IReadOnlyList<PodSandbox>> ListPodSandboxesAsync(IReadOnlyDictionary<string, string>? labels, CancellationToken cancellation)
    {
        var filter = new PodSandboxFilter();
        if (labels is not null) foreach (var (key, value) in labels) filter.LabelSelector.Add(key, value);
        return (await CallAsync(RuntimeService + "ListPodSandbox", new ListPodSandboxRequest { Filter = filter },
            ListPodSandboxResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Items;
    }

    /// <returns>The new container's id.</returns>
    public async Task<string> CreateContainerAsync(string sandboxId, ContainerConfig config, PodSandboxConfig sandbox, CancellationToken cancellation) =>
        (await CallAsync(RuntimeService + "CreateContainer", new CreateContainerRequest { PodSandboxId = sandboxId, Config = config, SandboxConfig = sandbox },
            CreateContainerResponse.Parser, Usual, cancellation).ConfigureAwait(false)).ContainerId;

    public Task StartContainerAsync(string id, CancellationToken cancellation) =>
        CallAsync(RuntimeService + "StartContainer", new StartContainerRequest { ContainerId = id }, StartContainerResponse.Parser, Usual, cancellation);

    /// <summary>Sends the stop signal, and SIGKILL when the grace is over. Returns when the container has ended.</summary>
    public Task StopContainerAsync(string id, TimeSpan grace, CancellationToken cancellation) =>
        GoneIsFine(CallAsync(RuntimeService + "StopContainer",
            new StopContainerRequest { ContainerId = id, Timeout = (long)Math.Ceiling(grace.TotalSeconds) },
            StopContainerResponse.Parser, Usual + grace, cancellation));

    public Task RemoveContainerAsync(string id, CancellationToken cancellation) =>
        GoneIsFine(CallAsync(RuntimeService + "RemoveContainer", new RemoveContainerRequest { ContainerId = id },
            RemoveContainerResponse.Parser, Usual, cancellation));

    public async Task<IReadOnlyList<Container>> ListContainersAsync(IReadOnlyDictionary<string, string>? labels, CancellationToken cancellation)
    {
        var filter = new ContainerFilter();
        if (labels is not null) foreach (var (key, value) in labels) filter.LabelSelector.Add(key, value);
        return (await CallAsync(RuntimeService + "ListContainers", new ListContainersRequest { Filter = filter },
            ListContainersResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Containers;
    }

    /// <summary>The container's state, or null when it is gone.</summary>
    public async Task<ContainerStatus?> ContainerStatusAsync(string id, CancellationToken cancellation)
    {
        try
        {
            return (await CallAsync(RuntimeService + "ContainerStatus", new ContainerStatusRequest { ContainerId = id },
                ContainerStatusResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Status;
        }
        catch (CriException e) when (e.IsNotFound) { return null; }
    }

    /// <summary>
    /// Runs a command in a container and waits for its end; killed after the timeout (whole seconds, 0 for none). To cancel
    /// ends the wait alone: the command ends at its timeout or with its container.
    /// </summary>
    /// <remarks>
    /// Seen with containerd 1.6.20: where the call is taken back while the command is being started, the container's end
    /// is not told of any more, and StopContainer does not return.
    /// </remarks>
    public async Task<ExecSyncResponse> ExecSyncAsync(string id, IEnumerable<string> command, TimeSpan timeout, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var request = new ExecSyncRequest { ContainerId = id, Timeout = (long)Math.Ceiling(timeout.TotalSeconds) };
        request.Cmd.AddRange(command);
        var call = CallAsync(RuntimeService + "ExecSync", request, ExecSyncResponse.Parser, Usual + timeout, CancellationToken.None);
        try { return await call.WaitAsync(cancellation).ConfigureAwait(false); }
        finally
        {
            // Nobody is left to whom its failure matters.
            if (!call.IsCompleted) _ = call.ContinueWith(t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <returns>The URL at which the runtime serves this one exec.</returns>
    public async Task<string> ExecAsync(ExecRequest request, CancellationToken cancellation) =>
        (await CallAsync(RuntimeService + "Exec", request, ExecResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Url;

    public async Task<string> AttachAsync(AttachRequest request, CancellationToken cancellation) =>
        (await CallAsync(RuntimeService + "Attach", request, AttachResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Url;

    public async Task<string> PortForwardAsync(PortForwardRequest request, CancellationToken cancellation) =>
        (await CallAsync(RuntimeService + "PortForward", request, PortForwardResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Url;

    public Task ReopenContainerLogAsync(string id, CancellationToken cancellation) =>
        CallAsync(RuntimeService + "ReopenContainerLog", new ReopenContainerLogRequest { ContainerId = id }, ReopenContainerLogResponse.Parser, Usual, cancellation);

    public async Task<IReadOnlyList<ContainerStats>> ListContainerStatsAsync(CancellationToken cancellation) =>
        (await CallAsync(RuntimeService + "ListContainerStats", new ListContainerStatsRequest(),
            ListContainerStatsResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Stats;

    public async Task<IReadOnlyList<Image>> ListImagesAsync(CancellationToken cancellation) =>
        (await CallAsync(ImageService + "ListImages", new ListImagesRequest(), ListImagesResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Images;

    /// <summary>The image if it is on the node, else null.</summary>
    public async Task<Image?> ImageStatusAsync(string image, CancellationToken cancellation) =>
        (await CallAsync(ImageService + "ImageStatus", new ImageStatusRequest { Image = new() { Image = image } },
            ImageStatusResponse.Parser, Usual, cancellation).ConfigureAwait(false)).Image;

    /// <returns>The reference by which containers are made from the image.</returns>
    public async Task<string> PullImageAsync(string image, AuthConfig? auth, CancellationToken cancellation) =>
        (await CallAsync(ImageService + "PullImage", new PullImageRequest { Image = new() { Image = image }, Auth = auth },
            PullImageResponse.Parser, Pull, cancellation).ConfigureAwait(false)).ImageRef;

    public Task RemoveImageAsync(string image, CancellationToken cancellation) =>
        GoneIsFine(CallAsync(ImageService + "RemoveImage", new RemoveImageRequest { Image = new() { Image = image } },
            RemoveImageResponse.Parser, Usual, cancellation));

    public async Task<IReadOnlyList<FilesystemUsage>> ImageFsInfoAsync(CancellationToken cancellation) =>
        (await CallAsync(ImageService + "ImageFsInfo", new ImageFsInfoRequest(), ImageFsInfoResponse.Parser, Usual, cancellation)
            .ConfigureAwait(false)).ImageFilesystems;

    /// <summary>
    /// Follows containerd's events and yields each container whose first process ended or that ran out of memory. Ends when
    /// the connection does. containerd does not say from when on it tells.
    /// </summary>
    public async IAsyncEnumerable<ContainerEvent> TaskEventsAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        // containerd takes a bare / for the start of a quoted value, so the expression is quoted.
        var request = new SubscribeRequest { Filters = { "topic~=\"/tasks/(exit|oom)\"" } };
        var stream = socket.StreamAsync("containerd.services.events.v1.Events/Subscribe", request, Envelope.Parser, "k8s.io", cancellation);
        await foreach (var envelope in stream.ConfigureAwait(false))
        {
            var task = TaskEvent.Parser.ParseFrom(envelope.Event.Value);
            if (task.Id.Length == 0 || task.Id == task.ContainerId) yield return new(task.ContainerId, IsEnd: task.Id.Length > 0);
        }
    }

    public void Dispose() => socket.Dispose();

    async Task<T> CallAsync<T>(string path, IMessage request, MessageParser<T> parser, TimeSpan bound, CancellationToken cancellation) where T : IMessage<T>
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(bound);
        try { return await socket.CallAsync(path, request, parser, bounded.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CriException(path, 4, $"no answer within {bound.TotalSeconds} s");
        }
    }

    // Deleting what is gone succeeds.
    static async Task GoneIsFine(Task call)
    {
        try { await call.ConfigureAwait(false); }
        catch (CriException e) when (e.IsNotFound) { }
    }
}
