using System.CommandLine;
using Fairlead.Cli.Cluster;
using Fairlead.Cli.Doctor;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead up`: makes and starts a local cluster, and waits until it is seen to work.</summary>
public static class UpCommand
{
    public static Command Create()
    {
        var command = new Command("up", "Start a local cluster.") { ClusterArguments.Name, ClusterArguments.DataDir };
        foreach (var option in ClusterArguments.Shape) command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var asked = ClusterArguments.Read(arguments);
        var before = ClusterState.Load(asked.Name, arguments.GetValue(ClusterArguments.DataDir) is null ? null : asked.DataFolder);
        var layout = ClusterLayout.Of(Settle(arguments, asked, before));
        var steps = new Steps(Console.Out);
        var running = ClusterState.IsRunning(layout);
        if (!running)
        {
            Examination.Require(layout);
            steps.Say(before is null ? $"Starting cluster \"{layout.Name}\" with {Count(layout)}" : $"Starting cluster \"{layout.Name}\" again with its data, {Count(layout)}");
        }
        var verification = new Verification(layout, steps);
        try
        {
            if (!running) await new ClusterCreation(layout, steps).RunAsync(cancellation).ConfigureAwait(false);
            await verification.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception) when (before is null)
        {
            // Nothing half-started stays; a cluster that was there before keeps its data and its logs.
            steps.Say("That failed: removing what was made.");
            await new ClusterRemoval(layout, steps).RunAsync(keepData: false, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        steps.Say(running ? $"Cluster \"{layout.Name}\" is running already, with {Count(layout)}." : $"Cluster \"{layout.Name}\" is ready after {steps.Elapsed.TotalSeconds:F1} s.");
        foreach (var line in verification.Findings) steps.Say("  " + line);
        steps.Say($"Next: export KUBECONFIG={layout.Kubeconfig} && kubectl get nodes");
        return 0;
    }

    /// <summary>A cluster that exists keeps its shape; asking for another one explicitly is refused.</summary>
    static ClusterOptions Settle(ParseResult arguments, ClusterOptions asked, ClusterOptions? before)
    {
        if (before is null) return asked;
        foreach (var option in ClusterArguments.Shape)
        {
            var (now, then) = option.Name switch
            {
                "--nodes" => (asked.Nodes.ToString(), before.Nodes.ToString()),
                "--cluster-cidr" => (asked.ClusterCidr.ToString(), before.ClusterCidr.ToString()),
                "--service-cidr" => (asked.ServiceCidr.ToString(), before.ServiceCidr.ToString()),
                "--node-cidr" => (asked.NodeCidr.ToString(), before.NodeCidr.ToString()),
                "--legacy-apis" => (asked.LegacyApis ? "true" : "false", before.LegacyApis ? "true" : "false"),
                _ => (asked.ApiPort.ToString(), before.ApiPort.ToString()),
            };
            if (arguments.GetResult(option) is { Implicit: false } && now != then)
            {
                throw new CommandException($"Cluster \"{before.Name}\" exists with {option.Name} {then}, not {now}: run ./fairlead down{ClusterState.NameFlag(before.Name)} first.");
            }
        }
        return before;
    }

    static string Count(ClusterLayout layout) => layout.Nodes.Count == 1 ? "1 node" : $"{layout.Nodes.Count} nodes";
}
