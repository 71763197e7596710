using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Client;
using Fairlead.Node.Cri;
using Fairlead.Node.Events;
using Fairlead.Node.Variables;
using NodeObject = Fairlead.Api.Core.V1.Node;

namespace Fairlead.Node.Nodes;

/// <summary>Makes the Node object and keeps its status.</summary>
sealed class NodeRegistration(KubeletOptions options, KubeClient client, CriRuntime runtime, KubeletEvents events, NodeFacts facts, Func<int> port, TimeProvider time, Action<string> log)
{
    // Until the node is ready, its readiness is looked for often: nothing can be scheduled before.
    static readonly TimeSpan WhileNotReady = TimeSpan.FromMilliseconds(100), AfterFailure = TimeSpan.FromSeconds(1);
    const int Tries = 5;

    /// <summary>Completes when the Node stands in the API.</summary>
    public Task Registered => registered.Task;

    readonly TaskCompletionSource registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool wasReady;

    /// <summary>Writes the status at every change of readiness and at the interval, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var pause = AfterFailure;
            try
            {
                var node = await EnsureAsync(cancellation).ConfigureAwait(false);
                registered.TrySetResult();
                var ready = await WriteStatusAsync(node, cancellation).ConfigureAwait(false);
                if (ready && !wasReady) events.RecordNode("Normal", "NodeReady", $"Node {options.NodeName} status is now: NodeReady");
                wasReady = ready;
                pause = ready ? options.NodeStatusInterval : WhileNotReady;
            }
            catch (Exception e) when (e is ApiException or HttpRequestException or IOException) { log($"node {options.NodeName}: {e.Message}"); }
            await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
        }
    }

    async Task<NodeObject> EnsureAsync(CancellationToken cancellation)
    {
        var found = await client.FindAsync<NodeObject>(null, options.NodeName, cancellation).ConfigureAwait(false);
        if (found is null)
        {
            try
            {
                events.RecordNode("Normal", "Starting", "Starting kubelet.");
                return await client.CreateAsync(Fresh(), cancellation).ConfigureAwait(false);
            }
            catch (ApiException e) when (e.IsAlreadyExists) { return await client.GetAsync<NodeObject>(null, options.NodeName, cancellation).ConfigureAwait(false); }
        }
        var labels = new Dictionary<string, string>(found.Metadata.Labels ?? new Dictionary<string, string>());
        var changed = false;
        foreach (var (name, value) in Labels()) changed |= !labels.TryGetValue(name, out var old) || old != value;
        if (!changed && (options.PodCidrs is [] || found.Spec?.PodCIDR is { Length: > 0 })) return found;
        foreach (var (name, value) in Labels()) labels[name] = value;
        var spec = found.Spec ?? new();
        if (string.IsNullOrEmpty(spec.PodCIDR)) spec = WithRanges(spec);
        return await client.UpdateAsync(found with { Metadata = found.Metadata with { Labels = labels }, Spec = spec }, cancellation).ConfigureAwait(false);
    }

    NodeObject Fresh() => new()
    {
        Metadata = new() { Name = options.NodeName, Labels = Labels() },
        Spec = WithRanges(new()),
    };

    NodeSpec WithRanges(NodeSpec spec) => options.PodCidrs is [var first, ..] ? spec with { PodCIDR = first, PodCIDRs = options.PodCidrs } : spec;

    Dictionary<string, string> Labels() => new(options.NodeLabels)
    {
        ["kubernetes.io/hostname"] = options.NodeName,
        ["kubernetes.io/os"] = "linux",
        ["kubernetes.io/arch"] = Machine.Architecture,
        ["beta.kubernetes.io/os"] = "linux",
        ["beta.kubernetes.io/arch"] = Machine.Architecture,
    };

    async Task<bool> WriteStatusAsync(NodeObject node, CancellationToken cancellation)
    {
        var measure = await MeasureAsync(cancellation).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            var status = NodeStatusBuilder.Build(node.Status ?? new(), options, facts, measure, time.GetUtcNow());
            try
            {
                await client.UpdateStatusAsync(node with { Status = status }, cancellation).ConfigureAwait(false);
                return status.Conditions!.Any(c => c is { Type: "Ready", Status: "True" });
            }
            catch (ApiException e) when (e.IsConflict && attempt < Tries)
            {
                node = await client.GetAsync<NodeObject>(null, options.NodeName, cancellation).ConfigureAwait(false);
            }
        }
    }

    async Task<NodeMeasure> MeasureAsync(CancellationToken cancellation)
    {
        var drive = new DriveInfo(Path.GetPathRoot(options.RootDirectory) ?? "/");
        RuntimeStatus? runtimeStatus = null;
        var version = "containerd://unknown";
        IReadOnlyList<Image> images = [];
        try
        {
            runtimeStatus = await runtime.StatusAsync(cancellation).ConfigureAwait(false);
            var answer = await runtime.VersionAsync(cancellation).ConfigureAwait(false);
            version = $"{answer.RuntimeName}://{answer.RuntimeVersion}";
            images = await runtime.ListImagesAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CriException or HttpRequestException) { log($"container runtime: {e.Message}"); }
        return new(runtimeStatus, version, images, Machine.Memory("MemAvailable"), drive.TotalSize, drive.AvailableFreeSpace, port());
    }
}
