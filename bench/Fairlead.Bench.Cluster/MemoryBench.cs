using System.Globalization;

namespace Fairlead.Bench.Cluster;

/// <summary>What each process of a cluster of one node and one Pod holds in memory when nothing has happened for a while.</summary>
static class MemoryBench
{
    static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(BenchCluster cluster, CancellationToken cancellation)
    {
        await PodBench.StartAsync(cluster, "idle", cancellation);
        await Task.Delay(Idle, cancellation);
        await ReportAsync();
    }

    /// <summary>Prints VmRSS (pages shared with other processes included) and PSS (each shared page divided among its users).</summary>
    public static async Task ReportAsync()
    {
        var processes = await BenchCluster.ProcessesAsync();
        Console.WriteLine("| process | resident MB | proportional MB |\n| --- | --- | --- |");
        foreach (var (name, pid) in processes.Concat(Shims())) Console.WriteLine(Row(name, Resident(pid), Proportional(pid)));
        var ours = processes.Where(p => p.Name == "server" || p.Name.EndsWith("-agent", StringComparison.Ordinal)).ToArray();
        Console.WriteLine(Row("**server + agent**", ours.Sum(p => Resident(p.Pid)), ours.Sum(p => Proportional(p.Pid))));
    }

    static string Row(string name, double resident, double proportional) => FormattableString.Invariant($"| {name} | {resident:F0} | {proportional:F0} |");

    static double Resident(int pid) => Field($"/proc/{pid}/status", "VmRSS:");

    static double Proportional(int pid) => Field($"/proc/{pid}/smaps_rollup", "Pss:");

    // Such as "VmRSS:   1234 kB", in megabytes (1024 * 1024).
    static double Field(string file, string name) =>
        double.Parse(File.ReadLines(file).First(l => l.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    static IEnumerable<(string Name, int Pid)> Shims()
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid)) continue;
            string command;
            try { command = File.ReadAllText(folder + "/cmdline"); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { continue; }
            if (command.Contains("containerd-shim", StringComparison.Ordinal) && command.Contains(BenchCluster.RunFolder + "/", StringComparison.Ordinal)) yield return ("shim of one Pod", pid);
        }
    }
}
