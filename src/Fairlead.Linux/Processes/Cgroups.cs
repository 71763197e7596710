using Fairlead.Linux.Namespaces;

namespace Fairlead.Linux.Processes;

/// <summary>
/// Cgroups by their path, in every hierarchy that is mounted: the version 2 hierarchy, which tracks who belongs to
/// whom, and the version 1 controllers where a machine still has them beside it.
/// </summary>
public sealed class Cgroups
{
    /// <summary>Reads which hierarchies are mounted.</summary>
    public Cgroups()
    {
        var mounts = Mounts.List();
        UnifiedRoot = mounts.FirstOrDefault(m => m.Type == "cgroup2")?.Target;
        ControllerRoots = [.. mounts.Where(m => m.Type == "cgroup").Select(m => m.Target).Distinct()];
    }

    /// <summary>Where the version 2 hierarchy is mounted, or null.</summary>
    public string? UnifiedRoot { get; }

    /// <summary>Where version 1 controllers are mounted; empty on a machine with version 2 alone.</summary>
    public IReadOnlyList<string> ControllerRoots { get; }

    /// <summary>The folder of a cgroup in the version 2 hierarchy.</summary>
    /// <param name="path">Such as "fairlead/node1/runtime".</param>
    /// <exception cref="InvalidOperationException">There is no version 2 hierarchy.</exception>
    public string UnifiedPath(string path) =>
        Path.Combine(UnifiedRoot ?? throw new InvalidOperationException("The cgroup v2 hierarchy is not mounted."), path);

    /// <summary>
    /// Makes a cgroup and its parents in the version 2 hierarchy. Parents pass on the controllers that they have, so
    /// that limits can be set below.
    /// </summary>
    public void Make(string path)
    {
        var folder = UnifiedRoot ?? throw new InvalidOperationException("The cgroup v2 hierarchy is not mounted.");
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            PassOnControllers(folder);
            folder = Path.Combine(folder, part);
            Directory.CreateDirectory(folder);
        }
    }

    static void PassOnControllers(string folder)
    {
        var all = File.ReadAllText(Path.Combine(folder, "cgroup.controllers")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        foreach (var controller in all)
        {
            try
            {
                File.WriteAllText(Path.Combine(folder, "cgroup.subtree_control"), "+" + controller);
            }
            catch (IOException)
            {
                // A controller that can't be passed on here is missed by containers with such a limit alone.
            }
        }
    }

    /// <summary>The path of a process's cgroup in the version 2 hierarchy, without the first '/'; null if it has none in sight.</summary>
    public static string? UnifiedPathOf(int pid)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/cgroup").FirstOrDefault(l => l.StartsWith("0::/", StringComparison.Ordinal))?[4..];
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Moves the calling process, all of its threads, into a cgroup of the version 2 hierarchy.</summary>
    /// <exception cref="IOException">The kernel refuses, or there is no such cgroup.</exception>
    public void Enter(string path) => File.WriteAllText(Path.Combine(UnifiedPath(path), "cgroup.procs"), "0");

    /// <summary>The processes of a cgroup and of all below it, in the version 2 hierarchy.</summary>
    public IReadOnlyList<int> Processes(string path)
    {
        if (UnifiedRoot is null || !Directory.Exists(UnifiedPath(path))) return [];
        var found = new List<int>();
        foreach (var file in Directory.EnumerateFiles(UnifiedPath(path), "cgroup.procs", SearchOption.AllDirectories))
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

    /// <summary>Kills every process in the cgroup and below it. One that is gone is success.</summary>
    public void Kill(string path)
    {
        if (UnifiedRoot is null || !Directory.Exists(UnifiedPath(path))) return;
        var kill = Path.Combine(UnifiedPath(path), "cgroup.kill");
        if (File.Exists(kill))
        {
            File.WriteAllText(kill, "1");
            return;
        }
        // Linux before 5.14.
        foreach (var pid in Processes(path)) ProcessIdentity.Find(pid)?.Kill();
    }

    /// <summary>Removes a cgroup with all below it from every hierarchy. One that is gone is success.</summary>
    /// <returns>False while it still holds processes.</returns>
    public bool TryRemove(string path)
    {
        var empty = true;
        foreach (var root in UnifiedRoot is null ? ControllerRoots : ControllerRoots.Append(UnifiedRoot))
        {
            empty &= TryRemoveFolder(Path.Combine(root, path));
        }
        return empty;
    }

    static bool TryRemoveFolder(string folder)
    {
        if (!Directory.Exists(folder)) return true;
        try
        {
            foreach (var child in Directory.GetDirectories(folder)) TryRemoveFolder(child);
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
