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

    static FileKind KindOf(string path, int flags) => (FileKind)(BitConverter.ToUInt16(Look(path, flags), 28) & 0xf000); // stx_mode

    /// <summary>What a file or a folder takes on its file system. Links are not followed.</summary>
    /// <returns>Bytes of its blocks; its inode's number, under which a file of several names is known again.</returns>
    /// <exception cref="LinuxException">There is nothing, or the kernel refused.</exception>
    public static (long Bytes, ulong Inode) BlocksOf(string path)
    {
        const int noFollow = 0x100, inodeAt = 32, blocksAt = 48, blockSize = 512; // AT_SYMLINK_NOFOLLOW, stx_ino, stx_blocks
        var found = Look(path, noFollow);
        return (BitConverter.ToInt64(found, blocksAt) * blockSize, BitConverter.ToUInt64(found, inodeAt));
    }

    /// <summary>Whether another file system is mounted on a folder than the one that its parent is on.</summary>
    /// <exception cref="LinuxException">There is nothing, or the kernel refused.</exception>
    public static bool IsMounted(string folder)
    {
        const int deviceAt = 136; // stx_dev_major and stx_dev_minor
        return BitConverter.ToUInt64(Look(folder, 0), deviceAt) != BitConverter.ToUInt64(Look(Path.Combine(folder, ".."), 0), deviceAt);
    }

    /// <summary>statvfs(3): the file system that a path is on.</summary>
    /// <exception cref="LinuxException">There is nothing, or the kernel refused.</exception>
    public static FileSystemSpace SpaceOf(string path)
    {
        var found = new ulong[16]; // struct statvfs of a 64-bit machine
        if (statvfs(path, found) != 0) throw LinuxException.Last($"look at the file system of {path}");
        var fragment = (long)found[1];
        return new((long)found[2] * fragment, (long)found[3] * fragment, (long)found[4] * fragment, (long)found[5], (long)found[6]);
    }

    // struct statx, the same on every architecture.
    static byte[] Look(string path, int flags)
    {
        const int here = -100, basic = 0x7ff; // AT_FDCWD, STATX_BASIC_STATS
        var found = new byte[256];
        return statx(here, path, flags, basic, found) == 0 ? found : throw LinuxException.Last($"look at {path}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int statvfs(string path, [Out] ulong[] found);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int statx(int directory, string path, int flags, uint mask, [Out] byte[] found);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int rename(string from, string to);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int lchown(string path, uint user, uint group);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int mount(string source, string target, string type, nuint flags, string data);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int umount2(string target, int flags);
}
