using Fairlead.Cli.Cluster;
using Fairlead.Linux.Processes;

namespace Fairlead.Cli.Doctor;

/// <summary>Checks of the kernel, the installed programs and the disk.</summary>
public static class MachineChecks
{
    const long LeastDisk = 1L << 30;
    static readonly Version LeastKernel = new(5, 4);

    /// <summary>Programs with the Debian packages that bring them.</summary>
    static readonly (string Program, string Package)[] Programs =
    [
        ("containerd", "containerd"), ("nft", "nftables"), ("nsenter", "util-linux"), ("setsid", "util-linux"), ("busybox", "busybox-static"),
    ];

    public static IReadOnlyList<Check> All =>
    [
        new("root", _ => Environment.IsPrivilegedProcess ? null : "Namespaces and mounts need root: run it with sudo."),
        new("kernel", _ => Kernel(Environment.OSVersion.Version)),
        new("namespaces", _ => File.Exists("/proc/self/ns/net") && File.Exists("/proc/self/ns/mnt") ? null : "The kernel has no network or mount namespaces: use one built with CONFIG_NET_NS."),
        new("cgroups", _ => new Cgroups().UnifiedRoot is not null ? null : "The cgroup v2 hierarchy is not mounted: run mount -t cgroup2 none /sys/fs/cgroup/unified."),
        new("overlayfs", _ => HasOverlay() ? null : "The kernel has no overlayfs: run modprobe overlay, or use a kernel with CONFIG_OVERLAY_FS."),
        new("nftables", _ => Nftables()),
        new("programs", _ => Missing(Tool.Find)),
        new("runtime", _ => (Tool.Find("crun") ?? Tool.Find("runc")) is not null ? null : "Neither crun nor runc is installed: run apt-get install crun."),
        new("disk", layout => Disk(layout.DataFolder)),
    ];

    internal static string? Kernel(Version version) =>
        version >= LeastKernel ? null : $"Linux {version.ToString(2)} is too old: use {LeastKernel} or later.";

    internal static string? Missing(Func<string, string?> find)
    {
        var missing = Programs.Where(p => find(p.Program) is null).ToArray();
        if (missing.Length == 0) return null;
        return $"{string.Join(", ", missing.Select(p => p.Program))} not installed: run apt-get install {string.Join(' ', missing.Select(p => p.Package).Distinct())}.";
    }

    // A module that is not loaded yet is not listed; containerd's mount would load it.
    static bool HasOverlay() =>
        File.ReadLines("/proc/filesystems").Any(l => l.EndsWith("\toverlay", StringComparison.Ordinal)) ||
        Directory.Exists($"/lib/modules/{KernelRelease}/kernel/fs/overlayfs");

    static string KernelRelease => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    static string? Nftables()
    {
        if (Tool.Find("nft") is null || !Environment.IsPrivilegedProcess) return null; // said by another check
        try
        {
            Tool.RunAsync(["nft", "list", "tables"], "", CancellationToken.None).GetAwaiter().GetResult();
            return null;
        }
        catch (CommandException)
        {
            return "The kernel has no nftables: use one with CONFIG_NF_TABLES.";
        }
    }

    static string? Disk(string folder)
    {
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder)!;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        return free >= LeastDisk ? null : $"Only {free >> 20} MiB are free at {folder}: make {LeastDisk >> 20} MiB free or give --data-dir another disk.";
    }
}
