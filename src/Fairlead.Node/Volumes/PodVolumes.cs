using Fairlead.Api.Core.V1;
using Fairlead.Linux;
using Fairlead.Linux.Files;
using Fairlead.Node.Cgroups;
using Fairlead.Node.Configs;

namespace Fairlead.Node.Volumes;

/// <summary>Makes a Pod's volumes on the node, keeps those made from objects up to date, and takes them away.</summary>
/// <param name="nodeMemory">Bytes of memory that the node has for Pods.</param>
sealed class PodVolumes(PodPaths paths, VolumeContents contents, long nodeMemory, TimeProvider time)
{
    /// <summary>Makes every volume that is missing, and writes what changed in the others. May be called again and again.</summary>
    /// <returns>Where each volume stands on the node, by its name.</returns>
    /// <exception cref="VolumeException">One can't be had; the message names it.</exception>
    public async Task<IReadOnlyDictionary<string, string>> PrepareAsync(Pod pod, CancellationToken cancellation)
    {
        var made = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var volume in pod.Spec?.Volumes ?? [])
        {
            try { made[volume.Name] = await PrepareAsync(pod, volume, cancellation).ConfigureAwait(false); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or LinuxException or VolumeException or Api.Errors.ApiException or HttpRequestException or TimeoutException)
            {
                throw new VolumeException($"MountVolume.SetUp failed for volume \"{volume.Name}\" : {e.Message}");
            }
        }
        return made;
    }

    /// <summary>Takes away all that a Pod has on the node's disk. Nothing there is fine.</summary>
    public void TearDown(string podUid)
    {
        var directory = paths.Pod(podUid);
        if (!Directory.Exists(directory)) return;
        var emptyDirs = Path.Combine(directory, "volumes", "kubernetes.io~empty-dir");
        if (Directory.Exists(emptyDirs)) foreach (var mounted in Directory.EnumerateDirectories(emptyDirs)) FileCalls.Unmount(mounted);
        Directory.Delete(directory, recursive: true);
    }

    async Task<string> PrepareAsync(Pod pod, Volume volume, CancellationToken cancellation)
    {
        if (volume.HostPath is { } host) return HostPaths.Prepare(host);
        if (volume.EmptyDir is { } empty) return EmptyDir(pod, volume.Name, empty);
        var files = await contents.ReadAsync(pod, volume, cancellation).ConfigureAwait(false)
            ?? throw new VolumeException("no volume plugin matched");
        var plugin = volume.ConfigMap is not null ? "configmap" : volume.Secret is not null ? "secret" : volume.Projected is not null ? "projected" : "downward-api";
        var path = paths.Volume(pod, plugin, volume.Name);
        AtomicWriter.Write(path, files, pod.Spec?.SecurityContext?.FsGroup, time.GetUtcNow());
        return path;
    }

    string EmptyDir(Pod pod, string name, EmptyDirVolumeSource source)
    {
        var path = paths.Volume(pod, "empty-dir", name);
        var group = pod.Spec?.SecurityContext?.FsGroup;
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            Open(path, group);
        }
        // It may have been left without its mount: by an agent that was killed in between, or by a machine that went down.
        if (source.Medium != "Memory" || FileCalls.IsMounted(path)) return path;
        FileCalls.MountTmpfs(path, MemorySize(pod, source, nodeMemory));
        Open(path, group);
        return path;
    }

    /// <summary>
    /// How large a tmpfs is: sizeLimit, and no more than the Pod or else the node has memory, where what is written would
    /// have its writer killed (KEP-1967).
    /// </summary>
    internal static long MemorySize(Pod pod, EmptyDirVolumeSource source, long nodeMemory)
    {
        var size = nodeMemory;
        if (CgroupLimits.Of(pod).MemoryBytes is { } limit && limit < size) size = limit;
        if (source.SizeLimit is { Sign: > 0 } asked && asked.Value < size) size = asked.Value;
        return size;
    }

    static void Open(string path, long? group)
    {
        if (group is { } g) FileCalls.ChangeOwner(path, -1, g);
        File.SetUnixFileMode(path, group is null ? VolumeModes.Everyone : VolumeModes.Everyone | UnixFileMode.SetGroup);
    }
}
