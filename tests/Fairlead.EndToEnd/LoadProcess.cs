using System.Diagnostics;
using System.Globalization;

namespace Fairlead.EndToEnd;

/// <summary>
/// What a load saw since it last told: requests that ended, those of them that failed, held connections that answered, and
/// its own line for a failed test.
/// </summary>
sealed record LoadResult(int Sent, int Failed, int Held, string Line);

/// <summary>
/// Requests at a steady rate: Fairlead.Load as a Pod makes them, in its network namespace and its node's cgroup, where every
/// data plane sees it as it sees the Pod; or in a network namespace outside of the cluster.
/// </summary>
sealed class LoadProcess : IDisposable
{
    static readonly string Program = Path.Combine(
        AppContext.BaseDirectory.Replace("Fairlead.EndToEnd", "Fairlead.Load", StringComparison.Ordinal), "Fairlead.Load");
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    readonly Process process;

    LoadProcess(Process process) => this.process = process;

    /// <summary>Starts it as a Pod's and waits until it sends.</summary>
    /// <param name="podUid">metadata.uid of a running Pod.</param>
    /// <param name="arguments">As Fairlead.Load takes them.</param>
    public static Task<LoadProcess> StartInPodAsync(string podUid, params string[] arguments)
    {
        var pid = ProcessOf(podUid);
        // The shell joins the cgroup and becomes the load.
        const string steps = """echo $$ > "$0/cgroup.procs" || exit 126; exec "$@" """;
        return StartAsync("/bin/sh", ["-c", steps, UnifiedCgroupOf(pid), "nsenter", $"--net=/proc/{pid}/ns/net", Program, .. arguments]);
    }

    /// <summary>Starts it in a named network namespace and waits until it sends.</summary>
    /// <param name="arguments">As Fairlead.Load takes them.</param>
    public static Task<LoadProcess> StartInNamespaceAsync(string name, params string[] arguments) =>
        StartAsync("nsenter", [$"--net=/run/netns/{name}", Program, .. arguments]);

    static async Task<LoadProcess> StartAsync(string program, string[] arguments)
    {
        var process = Run.Start(program, arguments, null);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync().WaitAsync(Limit));
        return new(process);
    }

    /// <summary>What it has seen since it last told.</summary>
    public async Task<LoadResult> SoFarAsync()
    {
        await process.StandardInput.WriteLineAsync();
        await process.StandardInput.FlushAsync();
        return await ResultAsync();
    }

    /// <summary>Ends the load, and gives its last result.</summary>
    public async Task<LoadResult> EndAsync()
    {
        process.StandardInput.Close();
        var result = await ResultAsync();
        await process.WaitForExitAsync().WaitAsync(Limit);
        return result;
    }

    async Task<LoadResult> ResultAsync()
    {
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit) ?? await process.StandardError.ReadToEndAsync();
        int? Number(string name) => line.Split(' ').SingleOrDefault(w => w.StartsWith(name + "=", StringComparison.Ordinal)) is { } word
            ? int.Parse(word[(name.Length + 1)..], CultureInfo.InvariantCulture) : null;
        return Number("sent") is { } sent && Number("failed") is { } failed ? new(sent, failed, Number("held") ?? 0, line) : throw new InvalidOperationException(line);
    }

    // A container's cgroup in the version 1 hierarchies has its Pod's uid in its path.
    static int ProcessOf(string podUid)
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid)) continue;
            try
            {
                if (File.ReadAllText($"{folder}/cgroup").Contains(podUid, StringComparison.Ordinal)) return pid;
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }
        throw new InvalidOperationException($"no process of Pod {podUid}");
    }

    static string UnifiedCgroupOf(int pid)
    {
        var path = File.ReadLines($"/proc/{pid}/cgroup").First(l => l.StartsWith("0::", StringComparison.Ordinal))[3..];
        var root = Directory.Exists("/sys/fs/cgroup/unified") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup";
        return root + path;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
