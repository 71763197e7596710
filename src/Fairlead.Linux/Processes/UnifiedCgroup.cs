using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Linux.Processes;

/// <summary>
/// A cgroup of the version 2 hierarchy, kept open. It is found wherever that hierarchy is mounted, and where it is not mounted
/// at all in this process's mount namespace.
/// </summary>
public sealed partial class UnifiedCgroup : IDisposable
{
    const int CloseOnExec = 1, CommandCreate = 6, OpenDirectory = 0x10000 | 0x80000;

    readonly SafeFileHandle handle;

    UnifiedCgroup(int fd) => handle = new(fd, true);

    /// <summary>Valid until disposal.</summary>
    public int Fd => (int)handle.DangerousGetHandle();

    /// <summary>Opens a cgroup.</summary>
    /// <param name="path">Such as "fairlead/node1"; empty for the root.</param>
    /// <exception cref="LinuxException">ENOENT: there is none; ENODEV: the kernel has no version 2 hierarchy; EPERM: not root.</exception>
    public static UnifiedCgroup Open(string path)
    {
        using var root = Root();
        var fd = openat((int)root.DangerousGetHandle(), path.Length == 0 ? "." : path, OpenDirectory);
        return fd >= 0 ? new(fd) : throw LinuxException.Last($"open cgroup {path}");
    }

    /// <summary>A mount of the hierarchy that nobody else sees.</summary>
    static SafeFileHandle Root()
    {
        using var context = Check(fsopen("cgroup2", CloseOnExec));
        if (fsconfig((int)context.DangerousGetHandle(), CommandCreate, 0, 0, 0) != 0) throw LinuxException.Last("open the cgroup v2 hierarchy");
        return Check(fsmount((int)context.DangerousGetHandle(), CloseOnExec, 0));
    }

    static SafeFileHandle Check(int fd) => fd >= 0 ? new(fd, true) : throw LinuxException.Last("open the cgroup v2 hierarchy");

    /// <summary>The processes in it and in all below it. Those of cgroups that are removed meanwhile may be missed.</summary>
    public IReadOnlyList<int> Processes()
    {
        var found = new List<int>();
        foreach (var file in Directory.EnumerateFiles($"/proc/self/fd/{Fd}/", "cgroup.procs", SearchOption.AllDirectories))
        {
            try
            {
                found.AddRange(File.ReadLines(file).Select(int.Parse));
            }
            catch (IOException)
            {
                // Removed while we looked.
            }
        }
        return found;
    }

    public void Dispose() => handle.Dispose();

    const string Library = "libc";

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int openat(int folder, string path, int flags);
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int fsopen(string type, int flags);
    [LibraryImport(Library, SetLastError = true)] private static partial int fsconfig(int context, int command, nint key, nint value, int auxiliary);
    [LibraryImport(Library, SetLastError = true)] private static partial int fsmount(int context, int flags, int attributes);
}
