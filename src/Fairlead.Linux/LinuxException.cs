using System.Runtime.InteropServices;

namespace Fairlead.Linux;

/// <summary>A system call that failed: what was tried, and the kernel's errno.</summary>
public sealed class LinuxException(string what, int errno)
    : Exception($"{what}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})")
{
    public int Errno => errno;

    /// <summary>ENOENT, ESRCH or ENODEV: the thing is not there.</summary>
    public bool IsNotFound => errno is 2 or 3 or 19;

    /// <summary>EEXIST.</summary>
    public bool IsExists => errno == 17;

    /// <summary>The errno of the last P/Invoke on this thread, as an exception.</summary>
    public static LinuxException Last(string what) => new(what, Marshal.GetLastPInvokeError());
}
