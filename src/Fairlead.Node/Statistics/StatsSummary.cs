using Fairlead.Api.Core.V1;
using Fairlead.Json;
using Fairlead.Linux;
using Fairlead.Linux.Files;
using Fairlead.Node.Cgroups;
using Fairlead.Node.Cri;
using Fairlead.Node.Nodes;
using Fairlead.Node.Pods;

namespace Fairlead.Node.Statistics;

/// <summary>
/// /stats/summary of the kubelet (its stats/v1alpha1, names of the fields as there): processor and memory from the
/// cgroups, network from the namespaces, disk from the file systems. What is not known is left out. Thread-safe.
/// </summary>
sealed class StatsSummary(NodeContext node, PodWorkers workers)
{
    // Those that the kubelet makes on the node's disk, by the folder that PodVolumes gives them.
    static readonly string[] Plugins = ["empty-dir", "configmap", "secret", "projected", "downward-api"];

    readonly CpuRates rates = new();

    /// <param name="all">False for processor and memory alone (?only_cpu_and_memory=true), which costs no walk over disks.</param>
    public async Task<JsonObject> MakeAsync(bool all, CancellationToken cancellation)
    {
        IReadOnlyList<ContainerStats> stats = all ? await node.Runtime.ListContainerStatsAsync(cancellation).ConfigureAwait(false) : [];
        var layers = stats.Where(s => s.WritableLayer is not null).ToDictionary(s => s.Attributes.Id, s => s.WritableLayer);
        var made = new SummaryFigures(node.Time.GetUtcNow(), rates);
        var root = all ? Space(node.Options.RootDirectory) : null;
        // Layers of images and of containers are on the runtime's disk.
        var images = all ? await ImagesAsync(cancellation).ConfigureAwait(false) : null;
        var summary = new JsonObject { ["node"] = Node(made, root, images), ["pods"] = new JsonArray([.. workers.All.Select(w => PodOf(w, made, root, images, layers)).OfType<JsonNode>()]) };
        rates.Forget(made.Time);
        return summary;
    }

    JsonObject Node(SummaryFigures made, FileSystemSpace? root, (FileSystemSpace Space, FilesystemUsage Usage)? images)
    {
        var usage = OfTheNode();
        var found = new JsonObject { ["nodeName"] = node.Options.NodeName, ["startTime"] = SummaryFigures.Text(Machine.BootTime) };
        found["cpu"] = made.Cpu("/", usage);
        found["memory"] = made.Memory(usage, node.Facts.MemoryBytes);
        if (root is not { } space) return found;
        found["network"] = made.Network(NetworkCounters.Of(null));
        found["fs"] = made.FileSystem(space, new(space.Capacity - space.Free, space.Inodes - space.InodesFree));
        if (images is { } i) found["runtime"] = new JsonObject { ["imageFs"] = made.FileSystem(i.Space, Layer(i.Usage)), ["containerFs"] = made.FileSystem(i.Space, Layer(i.Usage)) };
        var (now, most) = Machine.Processes;
        found["rlimit"] = new JsonObject { ["time"] = SummaryFigures.Text(made.Time), ["maxpid"] = most, ["curproc"] = now };
        return found;
    }

    /// <summary>The node's own cgroup; the root of version 2 does not count memory, so there it is the machine's.</summary>
    CgroupUsage OfTheNode()
    {
        var usage = node.Cgroups.UsageOf(node.Cgroups.Root);
        if (usage.Memory is not null) return usage;
        var used = Machine.Memory("MemTotal") - Machine.Memory("MemAvailable");
        return usage with { Memory = used, WorkingSet = used };
    }

    JsonObject? PodOf(PodWorker worker, SummaryFigures made, FileSystemSpace? root, (FileSystemSpace Space, FilesystemUsage Usage)? images, Dictionary<string, FilesystemUsage> layers)
    {
        var (pod, seen) = (worker.Pod, worker.Latest);
        if (seen.Sandbox is not { Ready: true } sandbox) return null;
        var path = node.Cgroups.PathOf(pod);
        var (containers, processes, disk) = (new JsonArray(), new List<int>(), default(DiskUsage));
        foreach (var container in seen.Containers.Where(c => c.State == SeenState.Running && c.SandboxId == sandbox.Id).Reverse())
        {
            var usage = node.Cgroups.UsageOf($"{path}/{container.Id}");
            processes.AddRange(usage.Processes);
            var told = new JsonObject { ["name"] = container.Name, ["startTime"] = SummaryFigures.Text(container.StartedAt ?? container.CreatedAt), ["cpu"] = made.Cpu(container.Id, usage), ["memory"] = made.Memory(usage, usage.MemoryLimit) };
            containers.Add(told);
            if (root is not { } space) continue;
            var (layer, logs) = (layers.GetValueOrDefault(container.Id) is { } l ? Layer(l) : default, Logs(container));
            told["rootfs"] = made.FileSystem(images?.Space ?? space, layer);
            told["logs"] = made.FileSystem(space, logs);
            disk += layer + logs;
        }
        var whole = node.Cgroups.UsageOf(path);
        var found = new JsonObject
        {
            ["podRef"] = new JsonObject { ["name"] = pod.Metadata.Name, ["namespace"] = pod.Metadata.Namespace, ["uid"] = pod.Metadata.Uid },
            ["startTime"] = SummaryFigures.Text(sandbox.CreatedAt), ["containers"] = containers,
            ["cpu"] = made.Cpu(path, whole), ["memory"] = made.Memory(whole, whole.MemoryLimit),
        };
        if (root is not { } own) return found;
        if (!PodRules.HostNetwork(pod) && processes.Count > 0) found["network"] = made.Network(NetworkCounters.Of(processes[0]));
        var volumes = new JsonArray();
        foreach (var volume in pod.Spec?.Volumes ?? []) if (VolumeOf(pod, volume, made, ref disk) is { } told) volumes.Add(told);
        if (volumes.Count > 0) found["volume"] = volumes;
        found["ephemeral-storage"] = made.FileSystem(own, disk);
        found["process_stats"] = new JsonObject { ["process_count"] = processes.Count };
        return found;
    }

    JsonObject? VolumeOf(Pod pod, Volume volume, SummaryFigures made, ref DiskUsage disk)
    {
        var path = Plugins.Select(p => node.Paths.Volume(pod, p, volume.Name)).FirstOrDefault(Directory.Exists);
        if (path is null || Space(path) is not { } space) return null;
        var isMemory = volume.EmptyDir is { Medium: "Memory" };
        var usage = isMemory ? new(space.Capacity - space.Free, space.Inodes - space.InodesFree) : DiskUsage.Of(path);
        if (!isMemory) disk += usage;
        var told = made.FileSystem(space, usage);
        told["name"] = volume.Name;
        return told;
    }

    static DiskUsage Logs(SeenContainer container)
    {
        // Beside the log itself are those that were put aside.
        if (Path.GetDirectoryName(container.LogPath) is not { Length: > 0 } folder || !Directory.Exists(folder)) return default;
        return Directory.EnumerateFiles(folder, Path.GetFileName(container.LogPath) + "*").Aggregate(default(DiskUsage), (sum, file) => sum + DiskUsage.Of(file));
    }

    static DiskUsage Layer(FilesystemUsage? layer) => layer is null ? default : new((long)(layer.UsedBytes?.Value ?? 0), (long)(layer.InodesUsed?.Value ?? 0));

    async Task<(FileSystemSpace, FilesystemUsage)?> ImagesAsync(CancellationToken cancellation)
    {
        var all = await node.Runtime.ImageFsInfoAsync(cancellation).ConfigureAwait(false);
        return all is [{ FsId.Mountpoint: { Length: > 0 } path } usage, ..] && Space(path) is { } space ? (space, usage) : null;
    }

    static FileSystemSpace? Space(string path)
    {
        try { return FileCalls.SpaceOf(path); }
        catch (LinuxException) { return null; }
    }
}
