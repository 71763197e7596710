using System.CommandLine;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead server`: API server, controllers and scheduler in one process.</summary>
public static class ServerCommand
{
    public static Command Create()
    {
        var command = new Command("server", "Run the control plane.") { ClusterArguments.Name, ClusterArguments.DataDir };
        command.SetAction(async (arguments, cancellation) =>
        {
            _ = ClusterArguments.Existing(arguments);
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
