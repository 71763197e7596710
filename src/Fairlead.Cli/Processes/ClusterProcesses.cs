using Fairlead.Cli.Cluster;
using Fairlead.Linux.Processes;

namespace Fairlead.Cli.Processes;

/// <summary>A process that the supervisor keeps running.</summary>
public sealed record SupervisedProcess(string Name, ProcessSpec Spec);

/// <summary>The processes of a local cluster.</summary>
public static class ClusterProcesses
{
    public const string Supervisor = "supervisor", Server = "server";

    /// <summary>
    /// The server holds much and answers many: it collects garbage while it runs on, its code is compiled again for what it
    /// is seen to do, and a thread that has nothing to do leaves its processor to its neighbours instead of looking out for
    /// more. `./fairlead server` sets it so too. An agent, of which there are many, does without the thread and the time that
    /// the first two take.
    /// </summary>
    static readonly Dictionary<string, string> ServerSettings = new()
    {
        ["DOTNET_gcConcurrent"] = "1",
        ["DOTNET_TieredPGO"] = "1",
        ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
    };

    public static string Containerd(NodeLayout node) => node.Name + "-containerd";

    public static string Agent(NodeLayout node) => node.Name + "-agent";

    /// <summary>What the supervisor runs: the server on the host, containerd and an agent in each node.</summary>
    public static IReadOnlyList<SupervisedProcess> All(ClusterLayout layout, Cgroups cgroups)
    {
        var processes = new List<SupervisedProcess> { new(Server, OfProgram(layout, ["server"], Server, cgroups.UnifiedPath(layout.ServerCgroup)) with { Environment = ServerSettings }) };
        foreach (var node in layout.Nodes)
        {
            processes.Add(new(Containerd(node), new ProcessSpec(["containerd", "--config", node.ContainerdConfig], LogOf(layout, Containerd(node)))
            {
                NetworkNamespace = node.NetworkNamespaceFile,
                MountNamespace = node.MountNamespaceFile,
                CgroupFolder = cgroups.UnifiedPath(node.RuntimeCgroup),
            }));
            processes.Add(new(Agent(node), OfProgram(layout, ["agent", "--node", node.Name], Agent(node), cgroups.UnifiedPath(node.AgentCgroup)) with
            {
                NetworkNamespace = node.NetworkNamespaceFile,
                MountNamespace = node.MountNamespaceFile,
            }));
        }
        return processes;
    }

    /// <summary>The supervisor itself, detached from whoever starts it.</summary>
    public static ProcessSpec SupervisorOf(ClusterLayout layout, Cgroups cgroups) =>
        OfProgram(layout, ["supervise"], Supervisor, cgroups.UnifiedPath(layout.SupervisorCgroup));

    static ProcessSpec OfProgram(ClusterLayout layout, IReadOnlyList<string> command, string name, string cgroup) =>
        new([Environment.ProcessPath!, .. command, "--name", layout.Name, "--data-dir", layout.DataFolder], LogOf(layout, name)) { CgroupFolder = cgroup };

    public static string LogOf(ClusterLayout layout, string name) => $"{layout.LogFolder}/{name}.log";
}
