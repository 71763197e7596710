using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Cgroups;

/// <summary>
/// Makes and removes the cgroup of each Pod, in which the runtime puts those of its containers:
/// ROOT/kubepods/burstable/podUID, and for Guaranteed Pods ROOT/kubepods/podUID. Works with cgroup v2 alone and with v1
/// controllers side by side.
/// </summary>
/// <param name="root">The node's own part of the tree, such as /fairlead/node1.</param>
/// <param name="mount">Where the cgroup file systems are mounted.</param>
sealed class PodCgroups(string root, string mount = "/sys/fs/cgroup")
{
    readonly bool unified = File.Exists(Path.Combine(mount, "cgroup.controllers"));

    /// <summary>The Pod's cgroup, as the runtime is told it.</summary>
    public string PathOf(Pod pod) => PathOf(pod.Metadata.Uid!, QosClass.Of(pod));

    string PathOf(string uid, string qos)
    {
        var parent = qos switch { QosClass.Burstable => "/kubepods/burstable", QosClass.BestEffort => "/kubepods/besteffort", _ => "/kubepods" };
        return $"{root.TrimEnd('/')}{parent}/pod{uid}";
    }

    /// <summary>The node's own part of the tree.</summary>
    public string Root => root;

    /// <summary>What a cgroup uses, and all below it.</summary>
    /// <param name="path">As <see cref="PathOf(Pod)"/> gives it, or one below that.</param>
    public CgroupUsage UsageOf(string path) =>
        unified ? CgroupUsage.OfUnified(Path.Combine(mount, path.Trim('/'))) : CgroupUsage.OfControllers(mount, path.Trim('/'));

    /// <summary>Makes the Pod's cgroup with its limits; it may be there already.</summary>
    public void Create(Pod pod)
    {
        var limits = CgroupLimits.Of(pod);
        var path = PathOf(pod).TrimStart('/');
        if (unified)
        {
            EnableControllers(path);
            var directory = Directory.CreateDirectory(Path.Combine(mount, path)).FullName;
            // The kernel's own mapping of v1 shares to v2 weight.
            Set(directory, "cpu.weight", (1 + (limits.CpuShares - 2) * 9999 / 262_142).ToString());
            Set(directory, "cpu.max", limits.CpuQuotaUs is { } quota ? $"{quota} {CgroupLimits.PeriodUs}" : $"max {CgroupLimits.PeriodUs}");
            Set(directory, "memory.max", limits.MemoryBytes?.ToString() ?? "max");
            return;
        }
        if (Directory.Exists(Path.Combine(mount, "cpu")))
        {
            var cpu = Directory.CreateDirectory(Path.Combine(mount, "cpu", path)).FullName;
            Set(cpu, "cpu.shares", limits.CpuShares.ToString());
            if (limits.CpuQuotaUs is { } quota) Set(cpu, "cpu.cfs_quota_us", quota.ToString());
        }
        if (limits.MemoryBytes is { } bytes && Directory.Exists(Path.Combine(mount, "memory")))
        {
            Set(Directory.CreateDirectory(Path.Combine(mount, "memory", path)).FullName, "memory.limit_in_bytes", bytes.ToString());
        }
    }

    /// <summary>Removes what is left of a Pod's cgroup in every hierarchy. What still has processes stays and is tried again later.</summary>
    public void Remove(string uid)
    {
        foreach (var qos in new[] { QosClass.Burstable, QosClass.BestEffort, QosClass.Guaranteed })
        {
            var path = PathOf(uid, qos).TrimStart('/');
            foreach (var hierarchy in Hierarchies()) RemoveTree(Path.Combine(hierarchy, path));
        }
    }

    IEnumerable<string> Hierarchies() => unified ? [mount] : Directory.EnumerateDirectories(mount);

    void EnableControllers(string path)
    {
        var directory = mount;
        foreach (var part in path.Split('/')[..^1])
        {
            directory = Path.Combine(directory, part);
            Directory.CreateDirectory(directory);
            Set(directory, "cgroup.subtree_control", "+cpu +memory +pids");
        }
    }

    // A file of the cgroup file system takes a value or answers with an errno; a value that one kernel lacks must not
    // keep a Pod from starting.
    static void Set(string directory, string file, string value)
    {
        try { File.WriteAllText(Path.Combine(directory, file), value); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }

    static void RemoveTree(string directory)
    {
        if (!Directory.Exists(directory)) return;
        try
        {
            foreach (var child in Directory.EnumerateDirectories(directory)) RemoveTree(child);
            // rmdir: the files in it are the kernel's and go with it.
            Directory.Delete(directory, recursive: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }
}
