using Fairlead.Cli.Certificates;
using Fairlead.Cli.Processes;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Processes;

namespace Fairlead.Cli.Cluster;

/// <summary>
/// Makes what a <see cref="ClusterLayout"/> lists and starts the supervisor. What is there already is kept, so the
/// same path starts a cluster for the first time, after a reboot and after a crash.
/// </summary>
public sealed class ClusterCreation(ClusterLayout layout, Steps steps)
{
    readonly Cgroups cgroups = new();

    public async Task RunAsync(CancellationToken cancellation)
    {
        MakeFolders();
        await steps.RunAsync("network of the nodes", () => Task.Run(() => LocalNetwork.Create(layout), cancellation)).ConfigureAwait(false);
        await steps.RunAsync("masquerade of what leaves the machine", () => HostFirewall.CreateAsync(layout, cancellation)).ConfigureAwait(false);
        await steps.RunAsync("folders, mounts and cgroups", () => Task.Run(MakeNodes, cancellation)).ConfigureAwait(false);
        await steps.RunAsync("certificates", () => Task.Run(MakeCredentials, cancellation)).ConfigureAwait(false);
        StartSupervisor();
    }

    void MakeCredentials()
    {
        using var credentials = new ClusterCredentials(layout);
        credentials.Prepare();
    }

    void MakeFolders()
    {
        Directory.CreateDirectory(layout.RunFolder);
        // Container state is written synchronously all the time: in memory a Pod starts twice as fast.
        if (!Mounts.IsMountPoint(layout.RunFolder)) Mounts.Mount("fairlead", layout.RunFolder, "tmpfs", "mode=0700");
        Mounts.MakePrivate(layout.RunFolder);
        Directory.CreateDirectory(layout.DataFolder);
        File.SetUnixFileMode(layout.DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // First of all: it marks the folder as ours.
        ClusterState.Save(layout);
        Directory.CreateDirectory(layout.LogFolder);
        Directory.CreateDirectory(layout.ServerFolder);
        Directory.CreateDirectory(layout.ProcessFolder);
    }

    void MakeNodes()
    {
        NodeRuntime.LinkPlugins(layout, Path.Combine(AppContext.BaseDirectory, "cni"));
        cgroups.Make(layout.SupervisorCgroup);
        cgroups.Make(layout.ServerCgroup);
        foreach (var node in layout.Nodes) NodeRuntime.Create(node, cgroups);
    }

    void StartSupervisor()
    {
        var records = new ProcessRecords(layout);
        if (records.FindAlive(ClusterProcesses.Supervisor) is not null) return;
        using var process = ClusterProcesses.SupervisorOf(layout, cgroups).Start();
        var identity = ProcessIdentity.Find(process.Id) ?? throw new CommandException($"The supervisor ended at once: see {ClusterProcesses.LogOf(layout, ClusterProcesses.Supervisor)}.");
        records.Write(ClusterProcesses.Supervisor, identity);
    }
}
