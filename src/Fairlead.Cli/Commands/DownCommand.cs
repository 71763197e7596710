using System.CommandLine;
using Fairlead.Cli.Cluster;
using Fairlead.Linux.Namespaces;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead down`: removes a local cluster.</summary>
public static class DownCommand
{
    static readonly Option<bool> KeepData = new("--keep-data") { Description = "Keep its data for a later start." };

    public static Command Create()
    {
        var command = new Command("down", "Remove a local cluster and all that it put on the machine.") { ClusterArguments.Name, ClusterArguments.DataDir, KeepData };
        command.SetAction(RunAsync);
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var name = arguments.GetValue(ClusterArguments.Name)!;
        var options = ClusterState.Load(name, arguments.GetValue(ClusterArguments.DataDir) is { } folder ? Path.GetFullPath(folder) : null) ?? Guess(name);
        if (options.Validate() is { } complaint) throw new CommandException(complaint);
        var layout = ClusterLayout.Of(options);
        if (!ClusterState.IsPresent(layout))
        {
            Console.WriteLine($"There is no cluster \"{name}\".");
            return 0;
        }
        if (!Environment.IsPrivilegedProcess) throw new CommandException("Removing a cluster needs root: run it with sudo.");
        var keepData = arguments.GetValue(KeepData);
        await new ClusterRemoval(layout, new Steps(Console.Out)).RunAsync(keepData, cancellation).ConfigureAwait(false);
        Console.WriteLine(keepData ? $"Cluster \"{name}\" is stopped; its data is in {layout.DataFolder}." : $"Cluster \"{name}\" is removed.");
        return 0;
    }

    /// <summary>When the record of a cluster is lost, its namespaces still say how many nodes it had.</summary>
    static ClusterOptions Guess(string name)
    {
        var nodes = NetworkNamespace.List()
            .Where(n => n.StartsWith(name + "-node", StringComparison.Ordinal))
            .Select(n => int.TryParse(n.AsSpan(name.Length + 5), out var number) ? number : 0)
            .DefaultIfEmpty(1).Max();
        return new() { Name = name, DataFolder = ClusterOptions.DefaultDataFolder(name), Nodes = Math.Clamp(nodes, 1, ClusterOptions.MostNodes) };
    }
}
