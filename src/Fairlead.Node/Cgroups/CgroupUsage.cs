namespace Fairlead.Node.Cgroups;

/// <summary>What a cgroup and those below it use, by the kernel's count. Null: the kernel does not say. Bytes, but for what is named otherwise.</summary>
sealed record CgroupUsage
{
    public long? CpuNanoseconds { get; init; }
    public long? Memory { get; init; }

    /// <summary>Memory without what the kernel could drop at once: pages of files that nobody read lately.</summary>
    public long? WorkingSet { get; init; }
    public long? Rss { get; init; }
    public long? PageFaults { get; init; }
    public long? MajorPageFaults { get; init; }
    public long? Swap { get; init; }

    /// <summary>Null where there is none.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Those in the cgroup itself; empty for one that has others below it.</summary>
    public IReadOnlyList<int> Processes { get; init; } = [];

    /// <summary>Reads a cgroup of the version 2 hierarchy.</summary>
    /// <param name="directory">The cgroup's; one that is not there reads as all nulls.</param>
    public static CgroupUsage OfUnified(string directory)
    {
        var memory = Number(directory, "memory.current");
        var stat = Table(directory, "memory.stat");
        return new()
        {
            CpuNanoseconds = Of(Table(directory, "cpu.stat"), "usage_usec") * 1000,
            Memory = memory,
            WorkingSet = Without(memory, Of(stat, "inactive_file")),
            Rss = Of(stat, "anon"),
            PageFaults = Of(stat, "pgfault"),
            MajorPageFaults = Of(stat, "pgmajfault"),
            Swap = Number(directory, "memory.swap.current"),
            MemoryLimit = Number(directory, "memory.max"), // "max" is no number
            Processes = Numbers(directory),
        };
    }

    /// <summary>Reads a cgroup of the version 1 controllers, each of which has it in a hierarchy of its own.</summary>
    public static CgroupUsage OfControllers(string mount, string path)
    {
        // The largest multiple of a page stands for no limit.
        const long unlimited = long.MaxValue - 0xFFFFF;
        var (cpu, of) = (Path.Combine(mount, "cpuacct", path), Path.Combine(mount, "memory", path));
        var memory = Number(of, "memory.usage_in_bytes");
        var stat = Table(of, "memory.stat");
        var limit = Number(of, "memory.limit_in_bytes");
        return new()
        {
            CpuNanoseconds = Number(cpu, "cpuacct.usage"),
            Memory = memory,
            WorkingSet = Without(memory, Of(stat, "total_inactive_file")),
            Rss = Of(stat, "total_rss"),
            PageFaults = Of(stat, "total_pgfault"),
            MajorPageFaults = Of(stat, "total_pgmajfault"),
            Swap = Of(stat, "total_swap"),
            MemoryLimit = limit < unlimited ? limit : null,
            Processes = Numbers(cpu),
        };
    }

    static long? Without(long? all, long? part) => all is { } a ? Math.Max(0, a - (part ?? 0)) : null;

    static long? Of(Dictionary<string, long> table, string name) => table.TryGetValue(name, out var value) ? value : null;

    static long? Number(string directory, string file) => long.TryParse(Read(directory, file).Trim(), out var value) ? value : null;

    static IReadOnlyList<int> Numbers(string directory) =>
        [.. Read(directory, "cgroup.procs").Split('\n').Select(l => int.TryParse(l, out var pid) ? pid : 0).Where(pid => pid > 0)];

    static Dictionary<string, long> Table(string directory, string file)
    {
        var table = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in Read(directory, file).Split('\n'))
        {
            if (line.Split(' ') is [var name, var text] && long.TryParse(text, out var value)) table[name] = value;
        }
        return table;
    }

    // It may go at any moment, with its last process.
    static string Read(string directory, string file)
    {
        try { return File.ReadAllText(Path.Combine(directory, file)); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return ""; }
    }
}
