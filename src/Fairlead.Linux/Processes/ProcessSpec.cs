using System.Diagnostics;

namespace Fairlead.Linux.Processes;

/// <summary>A background process to be started in namespaces and a cgroup, in a session of its own.</summary>
/// <param name="Command">The program and its arguments.</param>
/// <param name="LogFile">Standard output and error are appended to it.</param>
public sealed record ProcessSpec(IReadOnlyList<string> Command, string LogFile)
{
    /// <summary>File of the network namespace to run in; null for this process's.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>File of the mount namespace to run in; null for this process's.</summary>
    public string? MountNamespace { get; init; }

    /// <summary>Folder of the version 2 cgroup to run in; null for this process's.</summary>
    public string? CgroupFolder { get; init; }

    /// <summary>Variables on top of this process's.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Starts it.</summary>
    /// <remarks>
    /// The cgroup is joined and the log opened before the namespaces are entered, where neither may be in sight. Each
    /// step replaces the one before, so the id is the program's own in the end.
    /// </remarks>
    public Process Start()
    {
        const string steps = """
            [ -z "$FAIRLEAD_CGROUP" ] || echo $$ > "$FAIRLEAD_CGROUP/cgroup.procs" || exit 126
            log=$FAIRLEAD_LOG; unset FAIRLEAD_CGROUP FAIRLEAD_LOG
            exec "$@" </dev/null >>"$log" 2>&1
            """;
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        foreach (var argument in (string[])["-c", steps, "sh", "setsid", .. Enter(), .. Command]) start.ArgumentList.Add(argument);
        start.Environment["FAIRLEAD_CGROUP"] = CgroupFolder ?? "";
        start.Environment["FAIRLEAD_LOG"] = LogFile;
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    IEnumerable<string> Enter()
    {
        if (NetworkNamespace is null && MountNamespace is null) yield break;
        yield return "nsenter";
        if (NetworkNamespace is not null) yield return "--net=" + NetworkNamespace;
        if (MountNamespace is not null) yield return "--mount=" + MountNamespace;
    }
}
