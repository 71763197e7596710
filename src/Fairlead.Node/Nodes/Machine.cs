using System.Runtime.InteropServices;
using Fairlead.Node.Variables;

namespace Fairlead.Node.Nodes;

/// <summary>What the kernel and the distribution say of the machine. Read at each call; a missing file reads as empty.</summary>
static class Machine
{
    public static NodeFacts Facts(KubeletOptions options) => new(
        options.NodeName, options.NodeIps[0].ToString(),
        options.CpuMilli ?? Environment.ProcessorCount * 1000L, options.MemoryBytes ?? Memory("MemTotal"));

    /// <summary>A line of /proc/meminfo in bytes.</summary>
    public static long Memory(string name)
    {
        foreach (var line in Read("/proc/meminfo").Split('\n'))
        {
            if (!line.StartsWith(name + ":", StringComparison.Ordinal)) continue;
            return long.TryParse(line[(name.Length + 1)..].Replace("kB", "").Trim(), out var kib) ? kib * 1024 : 0;
        }
        return 0;
    }

    /// <summary>When the machine was started.</summary>
    public static DateTimeOffset BootTime =>
        Read("/proc/stat").Split('\n').FirstOrDefault(l => l.StartsWith("btime ", StringComparison.Ordinal)) is { } line && long.TryParse(line["btime ".Length..], out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.UnixEpoch;

    /// <summary>How many processes and threads there are, and how many there may be.</summary>
    public static (long Now, long Most) Processes =>
        (Read("/proc/loadavg").Split(' ') is [_, _, _, var counts, ..] && long.TryParse(counts.Split('/')[^1], out var now) ? now : 0,
            Math.Min(Number("/proc/sys/kernel/pid_max"), Number("/proc/sys/kernel/threads-max")));

    static long Number(string path) => long.TryParse(Read(path).Trim(), out var number) ? number : long.MaxValue;

    public static string KernelVersion => Read("/proc/sys/kernel/osrelease").Trim();

    public static string BootId => Read("/proc/sys/kernel/random/boot_id").Trim();

    public static string MachineId => Read("/etc/machine-id").Trim();

    /// <summary>The distribution's name, such as Debian GNU/Linux 12 (bookworm).</summary>
    public static string OsImage =>
        Read("/etc/os-release").Split('\n').FirstOrDefault(l => l.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))?["PRETTY_NAME=".Length..].Trim('"') ?? "Linux";

    /// <summary>The architecture in Go's words.</summary>
    public static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };

    static string Read(string path)
    {
        try { return File.ReadAllText(path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return ""; }
    }
}
