using System.CommandLine;
using System.Diagnostics;
using Fairlead.Cli.Cluster;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead kubectl …`: the machine's kubectl, told which cluster is meant.</summary>
public static class KubectlCommand
{
    public const string Word = "kubectl";

    /// <summary>Only for the list of commands: its arguments are kubectl's own and never parsed here.</summary>
    public static Command Create() => new(Word, "Run kubectl on the cluster: fairlead kubectl [--name NAME] …");

    /// <param name="arguments">What follows the word kubectl.</param>
    /// <returns>kubectl's exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var name = ClusterOptions.DefaultName;
        if (arguments is ["--name", var given, .. var rest]) (name, arguments) = (given, rest);
        var kubectl = Tool.Find(Word) ?? throw new CommandException("kubectl is not installed: run apt-get install kubernetes-client.");
        var start = new ProcessStartInfo(kubectl, arguments);
        start.Environment["KUBECONFIG"] = ClusterState.Require(name, null).Kubeconfig;
        using var process = Process.Start(start)!;
        // Ctrl-C reaches kubectl too, and it is kubectl's to decide.
        Console.CancelKeyPress += (_, e) => e.Cancel = true;
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode;
    }
}
