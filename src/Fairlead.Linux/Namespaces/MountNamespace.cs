using System.Runtime.InteropServices;

namespace Fairlead.Linux.Namespaces;

/// <summary>
/// Mount namespaces (mount_namespaces(7)) that are kept by a file they are bound to, so that processes which come and
/// go share one view of mounts.
/// </summary>
public static partial class MountNamespace
{
    const int CloneNewNs = 0x20000, CloneFs = 0x200;

    /// <summary>
    /// Makes a copy of this process's mounts as a namespace of its own and binds it to a file. Mounts made outside are
    /// seen inside, those made inside stay there.
    /// </summary>
    /// <param name="path">Must lie on a mount that is private, as the kernel demands.</param>
    /// <param name="inside">Runs inside, with "/" a slave already; for unmounting and mounting what is to differ.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void Create(string path, Action inside)
    {
        File.WriteAllBytes(path, []);
        using var made = new ManualResetEventSlim();
        using var bound = new ManualResetEventSlim();
        LinuxException? failure = null;
        var threadId = 0;
        var thread = new Thread(() =>
        {
            try
            {
                // A mount namespace is entered by one thread alone only if it shares no working directory with others.
                if (unshare(CloneFs | CloneNewNs) != 0) throw LinuxException.Last("create a mount namespace");
                Mounts.MakeSlave("/");
                inside();
                threadId = gettid();
            }
            catch (LinuxException e)
            {
                failure = e;
            }
            made.Set();
            // The thread keeps the namespace alive until it is bound.
            bound.Wait();
        });
        thread.Start();
        made.Wait();
        try
        {
            if (failure is not null) throw failure;
            Mounts.Bind($"/proc/self/task/{threadId}/ns/mnt", path);
        }
        finally
        {
            bound.Set();
            thread.Join();
        }
    }

    [LibraryImport("libc", SetLastError = true)] private static partial int unshare(int flags);
    [LibraryImport("libc")] private static partial int gettid();
}
