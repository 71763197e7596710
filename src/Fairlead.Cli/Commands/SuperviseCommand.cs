using System.CommandLine;
using Fairlead.Cli.Processes;
using Fairlead.Linux.Processes;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead supervise`: keeps a local cluster's processes running. Started by `up`.</summary>
public static class SuperviseCommand
{
    public static Command Create()
    {
        var command = new Command("supervise", "Keep a local cluster's processes running.") { ClusterArguments.Name, ClusterArguments.DataDir };
        command.Hidden = true;
        command.SetAction(RunAsync);
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var layout = ClusterArguments.Existing(arguments);
        var supervisor = new Supervisor(
            new ProcessRecords(layout), ClusterProcesses.All(layout, new Cgroups()),
            line => Console.WriteLine($"{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {line}"));
        try
        {
            await supervisor.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }
        return 0;
    }
}
