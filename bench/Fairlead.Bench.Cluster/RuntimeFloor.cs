using System.Collections.Concurrent;
using System.Diagnostics;
using Fairlead.Node.Cri;

namespace Fairlead.Bench.Cluster;

/// <summary>
/// Pods by hand on the cluster's containerd: the three calls that a Pod can't do without, with the same image, command,
/// runtime and network as the measured Pods. What a kubelet adds is what lies above.
/// </summary>
sealed class RuntimeFloor : IDisposable
{
    readonly CriRuntime runtime = new(BenchCluster.ContainerdSocket);
    readonly ConcurrentBag<string> sandboxes = [];
    int made;

    /// <returns>From the first request to the last answer.</returns>
    public async Task<TimeSpan> StartAsync(CancellationToken cancellation)
    {
        var name = $"floor{Interlocked.Increment(ref made)}";
        var folder = Directory.CreateDirectory($"{BenchCluster.RunFolder}/node1/floor/{name}").FullName;
        var config = new PodSandboxConfig
        {
            // Without the labels of a kubelet's Pods: the agent leaves it alone.
            Metadata = new() { Name = name, Namespace = "default", Uid = name },
            Hostname = name,
            LogDirectory = folder,
            DnsConfig = new() { Servers = { "10.153.0.10" } },
            Linux = new() { CgroupParent = $"/bench/node1/{name}", SecurityContext = new() { NamespaceOptions = new() { Pid = NamespaceMode.Container } } },
        };
        var container = new ContainerConfig
        {
            Metadata = new() { Name = "main" },
            Image = new() { Image = PodBench.Image },
            LogPath = "main.log",
            Linux = new() { Resources = new() { CpuShares = 2, CpuPeriod = 100_000 }, SecurityContext = new() { NamespaceOptions = new() { Pid = NamespaceMode.Container } } },
        };
        container.Command.AddRange(PodBench.Command);
        var began = Stopwatch.GetTimestamp();
        var sandbox = await runtime.RunPodSandboxAsync(config, "", cancellation);
        sandboxes.Add(sandbox);
        await runtime.StartContainerAsync(await runtime.CreateContainerAsync(sandbox, container, config, cancellation), cancellation);
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Sandboxes that the runtime has, those of the cluster's Pods included.</summary>
    public async Task<int> CountAsync(CancellationToken cancellation) => (await runtime.ListPodSandboxesAsync(null, cancellation)).Count;

    public async Task RemoveAllAsync(CancellationToken cancellation)
    {
        while (sandboxes.TryTake(out var id))
        {
            await runtime.StopPodSandboxAsync(id, cancellation);
            await runtime.RemovePodSandboxAsync(id, cancellation);
        }
    }

    public void Dispose() => runtime.Dispose();
}
