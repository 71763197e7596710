using Fairlead.Cli.Processes;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Processes;

namespace Fairlead.Cli.Cluster;

/// <summary>Removes what a <see cref="ClusterLayout"/> lists. What is gone already is success, so it may be repeated.</summary>
public sealed class ClusterRemoval(ClusterLayout layout, Steps steps)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly Cgroups cgroups = new();

    /// <param name="keepData">Leaves the data folder, so that a later start finds everything again.</param>
    public async Task RunAsync(bool keepData, CancellationToken cancellation)
    {
        await steps.RunAsync("end processes and containers", () => EndProcessesAsync(cancellation)).ConfigureAwait(false);
        await steps.RunAsync("remove links and namespaces", () => Task.Run(() => LocalNetwork.Remove(layout), cancellation)).ConfigureAwait(false);
        await steps.RunAsync("remove the masquerade rule", () => HostFirewall.RemoveAsync(layout, cancellation)).ConfigureAwait(false);
        await steps.RunAsync("remove cgroups", () => RemoveCgroupsAsync(cancellation)).ConfigureAwait(false);
        Mounts.UnmountAll(layout.RunFolder);
        RemoveFolder(layout.RunFolder);
        if (!keepData) await steps.RunAsync("remove data", () => Task.Run(() => RemoveFolder(layout.DataFolder), cancellation)).ConfigureAwait(false);
    }

    /// <summary>
    /// The supervisor first, that nothing is started again; the server may finish what it writes; then all that is in
    /// the cluster's cgroup: shims and containers are known by nothing else.
    /// </summary>
    async Task EndProcessesAsync(CancellationToken cancellation)
    {
        var records = new ProcessRecords(layout);
        foreach (var name in (string[])[ClusterProcesses.Supervisor, ClusterProcesses.Server])
        {
            if (records.FindAlive(name) is not { } process) continue;
            process.Terminate();
            if (!await process.WaitAsync(Patience, cancellation).ConfigureAwait(false)) process.Kill();
        }
        foreach (var name in records.Names) records.FindAlive(name)?.Kill();
        cgroups.Kill(layout.Cgroup);
        await Steps.UntilAsync(
            _ => Task.FromResult(cgroups.Processes(layout.Cgroup).Count == 0), Patience,
            () => $"Processes {string.Join(", ", cgroups.Processes(layout.Cgroup))} of the cluster do not end: look at them and run ./fairlead down again.",
            cancellation).ConfigureAwait(false);
    }

    Task RemoveCgroupsAsync(CancellationToken cancellation) => Steps.UntilAsync(
        _ => Task.FromResult(cgroups.TryRemove(layout.Cgroup)), Patience,
        () => $"The cgroup {layout.Cgroup} does not become empty: look at its processes and run ./fairlead down again.", cancellation);

    /// <summary>Removes a folder, and the one around it if it is Fairlead's own and holds no other cluster.</summary>
    static void RemoveFolder(string folder)
    {
        if (Directory.Exists(folder) && Mounts.IsMountPoint(folder))
        {
            // A disk that the user gave is emptied, and stays mounted.
            foreach (var child in Directory.GetDirectories(folder)) Directory.Delete(child, recursive: true);
            foreach (var child in Directory.GetFiles(folder)) File.Delete(child);
            return;
        }
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        var around = Path.GetDirectoryName(folder)!;
        if (Path.GetFileName(around) == "fairlead" && Directory.Exists(around) && !Directory.EnumerateFileSystemEntries(around).Any()) Directory.Delete(around);
    }
}
