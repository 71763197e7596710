using System.CommandLine;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead agent`: all that runs on a node.</summary>
public static class AgentCommand
{
    static readonly Option<string> Node = new("--node") { Description = "The node's name.", Required = true };

    public static Command Create()
    {
        var command = new Command("agent", "Run a node's components.") { ClusterArguments.Name, ClusterArguments.DataDir, Node };
        command.SetAction(async (arguments, cancellation) =>
        {
            _ = ClusterArguments.Existing(arguments);
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
