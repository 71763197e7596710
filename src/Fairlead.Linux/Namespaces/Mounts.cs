using System.Runtime.InteropServices;

namespace Fairlead.Linux.Namespaces;

/// <summary>One line of /proc/self/mountinfo (proc(5)).</summary>
/// <param name="Root">The folder of the file system that is mounted.</param>
/// <param name="Target">Where it is mounted.</param>
/// <param name="Type">Such as "tmpfs", "overlay".</param>
public sealed record MountPoint(int Id, int Parent, string Root, string Target, string Type, string Source);

/// <summary>The mounts of the calling process's mount namespace.</summary>
public static partial class Mounts
{
    const ulong ReadOnlyFlag = 1, RemountFlag = 32, BindFlag = 4096, RecursiveFlag = 16384, SharedFlag = 1 << 20, SlaveFlag = 1 << 19, PrivateFlag = 1 << 18;
    const int Detach = 2, NoFollow = 8;

    /// <summary>Mounts a file system.</summary>
    /// <param name="options">The file system's own, such as "size=16m,mode=0755".</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Mount(string source, string target, string type, string? options = null) =>
        Check(mount(source, target, type, 0, options), $"mount {type} on {target}");

    /// <summary>Makes <paramref name="source"/> visible at <paramref name="target"/>, which must exist.</summary>
    public static void Bind(string source, string target, bool recursive = false, bool readOnly = false)
    {
        Check(mount(source, target, null, BindFlag | (recursive ? RecursiveFlag : 0), null), $"bind {source} on {target}");
        // The kernel ignores the flag at the first call.
        if (readOnly) Check(mount(null, target, null, BindFlag | RemountFlag | ReadOnlyFlag, null), $"make {target} read-only");
    }

    /// <summary>Mounts made under it are seen in other mount namespaces.</summary>
    public static void Share(string target) => Check(mount(null, target, null, SharedFlag | RecursiveFlag, null), $"share {target}");

    /// <summary>Mounts made under it stay in this mount namespace.</summary>
    public static void MakePrivate(string target) => Check(mount(null, target, null, PrivateFlag | RecursiveFlag, null), $"make {target} private");

    /// <summary>Mounts from outside are seen here, those made here stay.</summary>
    public static void MakeSlave(string target) => Check(mount(null, target, null, SlaveFlag | RecursiveFlag, null), $"make {target} a slave");

    /// <summary>Unmounts at once, and the file system ends with its last user. What is not mounted is success.</summary>
    public static void Unmount(string target)
    {
        if (umount2(target, Detach | NoFollow) == 0) return;
        // EINVAL: not a mount point.
        if (Marshal.GetLastPInvokeError() is not (2 or 20 or 22)) throw LinuxException.Last($"unmount {target}");
    }

    /// <summary>Unmounts everything at and under a folder, the deepest and latest first.</summary>
    public static void UnmountAll(string folder)
    {
        foreach (var mount in List().Reverse().Where(m => m.Target == folder || m.Target.StartsWith(folder + "/", StringComparison.Ordinal)))
        {
            Unmount(mount.Target);
        }
    }

    public static bool IsMountPoint(string target) => List().Any(m => m.Target == target);

    /// <summary>All mounts in the order in which they were made.</summary>
    public static IReadOnlyList<MountPoint> List() => [.. File.ReadLines("/proc/self/mountinfo").Select(Parse)];

    /// <summary>Reads one line of mountinfo: fields, optional fields up to "-", type and source.</summary>
    internal static MountPoint Parse(string line)
    {
        var fields = line.Split(' ');
        var dash = Array.IndexOf(fields, "-", 6);
        return new(int.Parse(fields[0]), int.Parse(fields[1]), Unescape(fields[3]), Unescape(fields[4]), fields[dash + 1], Unescape(fields[dash + 2]));
    }

    static string Unescape(string field) =>
        field.Replace(@"\040", " ").Replace(@"\011", "\t").Replace(@"\012", "\n").Replace(@"\134", @"\");

    static void Check(int result, string what)
    {
        if (result != 0) throw LinuxException.Last(what);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string? source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string target, int flags);
}
