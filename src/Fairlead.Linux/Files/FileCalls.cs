using System.Runtime.InteropServices;

namespace Fairlead.Linux.Files;

/// <summary>File-system calls that .NET has no method for. Paths are absolute.</summary>
public static partial class FileCalls
{
    const int MntDetach = 2;

    /// <summary>rename(2): replaces what is at the new path in one step, a symbolic link as well as a file.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void Rename(string from, string to)
    {
        if (rename(from, to) != 0) throw LinuxException.Last($"rename {from} to {to}");
    }

    /// <summary>lchown(2); -1 leaves the user or group as it is.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void ChangeOwner(string path, long user, long group)
    {
        if (lchown(path, (uint)user, (uint)group) != 0) throw LinuxException.Last($"change the owner of {path}");
    }

    /// <summary>Mounts a tmpfs.</summary>
    /// <param name="sizeBytes">Its limit; null for the kernel's default, half of the memory.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void MountTmpfs(string path, long? sizeBytes)
    {
        var data = sizeBytes is { } size ? $"size={size}" : "";
        if (mount("tmpfs", path, "tmpfs", 0, data) != 0) throw LinuxException.Last($"mount a tmpfs on {path}");
    }

    /// <summary>Takes a mount away, at once from the tree, and from the kernel when its last user is gone. Not mounted is fine.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void Unmount(string path)
    {
        if (umount2(path, MntDetach) == 0 || Marshal.GetLastPInvokeError() is 22 or 2) return;
        throw LinuxException.Last($"unmount {path}");
    }

    /// <summary>It is a pipe, a socket or a device: opening it may wait for ever, and there is no content to copy. Links are not followed.</summary>
    /// <exception cref="LinuxException">There is nothing, or the kernel refused.</exception>
    public static bool IsSpecial(string path)
    {
        const int noFollow = 0x100; // AT_SYMLINK_NOFOLLOW
        return KindOf(path, noFollow) is not (FileKind.Regular or FileKind.Directory or FileKind.Link);
    }

    /// <summary>What stands at a path; links are followed.</summary>
    /// <exception cref="LinuxException">There is nothing, or the kernel refused.</exception>
    public static FileKind KindOf(string path) => KindOf(path, 0);

    static FileKind KindOf(string path, int flags)
    {
        const int here = -100, modeAt = 28; // AT_FDCWD, stx_mode
        var found = new byte[256]; // struct statx, the same on every architecture
        if (statx(here, path, flags, 1, found) != 0) throw LinuxException.Last($"look at {path}");
        return (FileKind)(BitConverter.ToUInt16(found, modeAt) & 0xf000);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int statx(int directory, string path, int flags, uint mask, [Out] byte[] found);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int rename(string from, string to);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int lchown(string path, uint user, uint group);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int mount(string source, string target, string type, nuint flags, string data);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int umount2(string target, int flags);
}
