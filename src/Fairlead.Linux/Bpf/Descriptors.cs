using System.Runtime.InteropServices;

namespace Fairlead.Linux.Bpf;

static partial class Descriptors
{
    const int DuplicateCloseOnExec = 1030;

    /// <summary>Another descriptor of the same thing.</summary>
    public static int Duplicate(int fd)
    {
        var copy = fcntl(fd, DuplicateCloseOnExec, 0);
        return copy >= 0 ? copy : throw LinuxException.Last("duplicate a descriptor");
    }

    [LibraryImport("libc", SetLastError = true)] private static partial int fcntl(int fd, int command, int argument);
}
