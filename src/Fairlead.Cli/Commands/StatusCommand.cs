using System.CommandLine;
using Fairlead.Cli.Cluster;
using Fairlead.Cli.Processes;
using Fairlead.Json;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead status`: which of a cluster's processes run. Exit code 0 if all do.</summary>
public static class StatusCommand
{
    static readonly Option<string> Output = new("--output", "-o") { Description = "text or json.", DefaultValueFactory = _ => "text" };

    public static Command Create()
    {
        Output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("status", "Show a local cluster.") { ClusterArguments.Name, ClusterArguments.DataDir, Output };
        command.SetAction(arguments => Show(ClusterArguments.Existing(arguments), arguments.GetValue(Output) == "json"));
        return command;
    }

    static int Show(ClusterLayout layout, bool json)
    {
        if (!Environment.IsPrivilegedProcess) throw new CommandException("The cluster's records are root's alone: run it with sudo.");
        var records = new ProcessRecords(layout);
        string[] names = [ClusterProcesses.Supervisor, ClusterProcesses.Server, .. layout.Nodes.SelectMany(n => new[] { ClusterProcesses.Containerd(n), ClusterProcesses.Agent(n) })];
        var processes = names.Select(name => (Name: name, Process: records.FindAlive(name))).ToArray();
        var running = processes.All(p => p.Process is not null);
        if (json)
        {
            Console.WriteLine(new JsonObject
            {
                ["name"] = layout.Name,
                ["running"] = running,
                ["server"] = layout.Server.ToString().TrimEnd('/'),
                ["kubeconfig"] = layout.Kubeconfig,
                ["dataFolder"] = layout.DataFolder,
                ["nodes"] = new JsonArray([.. layout.Nodes.Select(n => new JsonObject
                {
                    ["name"] = n.Name, ["address"] = n.Address.ToString(), ["podCIDR"] = n.PodCidr.ToString(), ["networkNamespace"] = n.NetworkNamespaceFile,
                })]),
                ["processes"] = new JsonArray([.. processes.Select(p => new JsonObject
                {
                    ["name"] = p.Name, ["pid"] = p.Process?.Pid, ["residentBytes"] = p.Process is { } alive ? ResidentBytes(alive.Pid) : null,
                })]),
            }.ToJsonString(new() { WriteIndented = true }));
            return running ? 0 : 1;
        }
        Console.WriteLine($"Cluster \"{layout.Name}\" {(running ? "runs" : "does not run whole")}; API server {layout.Server.ToString().TrimEnd('/')}");
        foreach (var node in layout.Nodes) Console.WriteLine($"  {node.Name,-20} address {node.Address}, Pods {node.PodCidr}");
        foreach (var (name, process) in processes)
        {
            Console.WriteLine($"  {name,-20} {(process is null ? "does not run" : $"process {process.Pid}, {ResidentBytes(process.Pid) >> 20} MiB")}");
        }
        return running ? 0 : 1;
    }

    /// <summary>VmRSS of /proc/PID/status.</summary>
    static long ResidentBytes(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
