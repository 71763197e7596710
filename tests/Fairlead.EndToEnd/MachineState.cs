namespace Fairlead.EndToEnd;

/// <summary>What a cluster could leave behind on a machine, as lines that name it.</summary>
static class MachineState
{
    /// <summary>Names of network namespaces; those of Pods do not say whose they are, so they are compared before and after.</summary>
    public static IReadOnlyList<string> NamespaceNames() =>
        Directory.Exists("/run/netns") ? [.. Directory.GetFiles("/run/netns").Order(StringComparer.Ordinal)] : [];

    /// <summary>Links, namespaces, mounts, routes, nft tables, cgroups and processes that name the cluster.</summary>
    public static async Task<IReadOnlyList<string>> TracesAsync(string cluster)
    {
        var lines = new List<string>();
        await AddAsync("link", "ip", "-o", "link");
        await AddAsync("namespace", "ip", "netns", "list");
        await AddAsync("table", "nft", "list", "tables");
        lines.AddRange(File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains($"fairlead/{cluster}") || l.Contains($"/{cluster}-node")).Select(l => "mount: " + l));
        lines.AddRange(Directory.GetDirectories("/sys/fs/cgroup", cluster, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true }).Select(d => "cgroup: " + d));
        foreach (var folder in new[] { $"/run/fairlead/{cluster}", $"/var/lib/fairlead/{cluster}" }.Where(Directory.Exists)) lines.Add("folder: " + folder);
        foreach (var process in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out var pid) && pid != Environment.ProcessId))
        {
            try
            {
                var command = File.ReadAllText(process + "/cmdline").Replace('\0', ' ');
                if (command.Contains($"fairlead/{cluster}/") || command.Contains($"--name {cluster} ")) lines.Add($"process {Path.GetFileName(process)}: {command}");
            }
            catch (IOException) { }
        }
        return lines;

        async Task AddAsync(string what, string program, params string[] arguments)
        {
            var said = (await Run.ProgramAsync(program, arguments, null, null)).Ok();
            lines.AddRange(said.Split('\n').Where(l => l.Contains(cluster)).Select(l => $"{what}: {l}"));
        }
    }
}
