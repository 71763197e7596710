using System.Runtime.InteropServices;
using Fairlead.Cli.Cluster;
using Fairlead.Linux.Processes;

namespace Fairlead.Cli.Doctor;

/// <summary>Checks of the kernel, the installed programs and the disk.</summary>
public static class MachineChecks
{
    const long LeastDisk = 1L << 30;
    const string Loopback = "/usr/lib/cni/loopback";
    static readonly Version LeastKernel = new(5, 4);

    /// <summary>Programs with the Debian packages that bring them.</summary>
    static readonly (string Program, string Package)[] Programs =
    [
        ("containerd", "containerd"), ("nft", "nftables"), ("nsenter", "util-linux"), ("setsid", "util-linux"), ("busybox", "busybox-static"),
    ];

    /// <summary>Libraries of the system that are called in process.</summary>
    static readonly (string File, string Package)[] Libraries = [("libsqlite3.so.0", "libsqlite3-0"), ("libnftables.so.1", "libnftables1")];

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
        new("plug-ins", _ => File.Exists(Loopback) ? null : $"{Loopback}, which containerd calls for every Pod, is not installed: run apt-get install containernetworking-plugins."),
        new("libraries", _ => MissingLibraries(name => NativeLibrary.TryLoad(name, out var handle) ? handle : 0)),
        new("data folder", layout => DataFolder(layout)),
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

    internal static string? MissingLibraries(Func<string, nint> load)
    {
        var missing = Libraries.Where(l => load(l.File) == 0).ToArray();
        if (missing.Length == 0) return null;
        return $"{string.Join(", ", missing.Select(l => l.File))} not installed: run apt-get install {string.Join(' ', missing.Select(l => l.Package))}.";
    }

    /// <summary>`down` removes the folder, so it must be the cluster's alone.</summary>
    internal static string? DataFolder(ClusterLayout layout)
    {
        var folder = layout.DataFolder;
        if (File.Exists(folder)) return $"{folder} is a file: give --data-dir a folder.";
        if (folder == ClusterOptions.DefaultDataFolder(layout.Name) || !Directory.Exists(folder) || File.Exists(layout.OptionsFile)) return null;
        var other = Directory.EnumerateFileSystemEntries(folder).Any(e => Path.GetFileName(e) != "lost+found");
        return other ? $"{folder} holds files that are no cluster's: give --data-dir an empty folder, because down removes all that is in it." : null;
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
        return Disk(folder, new DriveInfo(folder).AvailableFreeSpace);
    }

    internal static string? Disk(string folder, long free) =>
        free >= LeastDisk ? null : $"Only {free >> 20} MiB are free at {folder}: make {LeastDisk >> 20} MiB free or give --data-dir another disk.";
}
