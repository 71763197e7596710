using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Fairlead.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Linux.Namespaces;

/// <summary>
/// A network namespace (network_namespaces(7)), kept open by a descriptor. Named ones lie under /run/netns exactly as
/// `ip netns` keeps them, so that both see each other's.
/// </summary>
public sealed partial class NetworkNamespace : IDisposable
{
    /// <summary>Where named namespaces are bound.</summary>
    public const string Folder = "/run/netns";

    const int CloneNewNet = 0x40000000;

    readonly SafeFileHandle handle;

    NetworkNamespace(string path)
    {
        Path = path;
        try
        {
            handle = File.OpenHandle(path);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LinuxException($"open network namespace {path}", 2);
        }
    }

    /// <summary>The file it was opened by.</summary>
    public string Path { get; }

    /// <summary>Descriptor for <see cref="LinkTable.SetNamespace"/> and the like; valid until disposal.</summary>
    public int Fd => (int)handle.DangerousGetHandle();

    /// <summary>Makes a named namespace with its loopback up.</summary>
    /// <exception cref="LinuxException">EEXIST: the name is taken; EPERM: not root.</exception>
    public static NetworkNamespace Create(string name)
    {
        PrepareFolder();
        var path = PathOf(name);
        try
        {
            new FileStream(path, FileMode.CreateNew).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new LinuxException($"create network namespace {name}", 17);
        }
        try
        {
            OnOwnThread(() =>
            {
                if (unshare(CloneNewNet) != 0) throw LinuxException.Last($"create network namespace {name}");
                Mounts.Bind("/proc/thread-self/ns/net", path);
                using var net = new RouteNetlink();
                net.Links.SetUp(net.Links.Get("lo").Index);
                return true;
            });
        }
        catch
        {
            Delete(name);
            throw;
        }
        return new(path);
    }

    /// <summary>Opens a named namespace.</summary>
    /// <exception cref="LinuxException">ENOENT: there is none.</exception>
    public static NetworkNamespace Open(string name) => new(PathOf(name));

    /// <summary>Opens a namespace by its file, such as CNI_NETNS.</summary>
    /// <exception cref="LinuxException">ENOENT: there is none.</exception>
    public static NetworkNamespace OpenPath(string path) => new(path);

    /// <summary>Opens the namespace of a process.</summary>
    public static NetworkNamespace OfProcess(int pid) => new($"/proc/{pid}/ns/net");

    /// <summary>Opens the namespace of the calling thread.</summary>
    public static NetworkNamespace Current() => new("/proc/thread-self/ns/net");

    public static bool Exists(string name) => Mounts.IsMountPoint(PathOf(name));

    public static IReadOnlyList<string> List() =>
        Directory.Exists(Folder) ? [.. Directory.GetFiles(Folder).Select(f => System.IO.Path.GetFileName(f)!)] : [];

    /// <summary>Unbinds the name; the namespace ends with its last process and socket. One that is gone is success.</summary>
    public static void Delete(string name)
    {
        Mounts.Unmount(PathOf(name));
        if (File.Exists(PathOf(name))) File.Delete(PathOf(name));
    }

    public static string PathOf(string name) => $"{Folder}/{name}";

    /// <summary>Runs a function inside the namespace on a thread of its own and gives its result.</summary>
    /// <remarks>
    /// The thread ends with the function. Sockets made inside stay in the namespace; work handed to other threads does not.
    /// </remarks>
    /// <exception cref="LinuxException">The kernel refuses to enter; whatever the function throws comes through.</exception>
    public T Run<T>(Func<T> inside) => OnOwnThread(() =>
    {
        if (setns(Fd, CloneNewNet) != 0) throw LinuxException.Last($"enter network namespace {Path}");
        return inside();
    });

    /// <summary>Runs an action inside the namespace.</summary>
    public void Run(Action inside) => Run(() =>
    {
        inside();
        return true;
    });

    static T OnOwnThread<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.IsBackground = true;
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <summary>/run/netns must be a shared mount, else a namespace bound here stays busy in other mount namespaces.</summary>
    static void PrepareFolder()
    {
        Directory.CreateDirectory(Folder);
        if (!Mounts.IsMountPoint(Folder)) Mounts.Bind(Folder, Folder, recursive: true);
        Mounts.Share(Folder);
    }

    public void Dispose() => handle.Dispose();

    [LibraryImport("libc", SetLastError = true)] private static partial int unshare(int flags);
    [LibraryImport("libc", SetLastError = true)] private static partial int setns(int fd, int type);
}
