using System.CommandLine;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead kubeconfig`: prints the path of the cluster's kubeconfig.</summary>
public static class KubeconfigCommand
{
    public static Command Create()
    {
        var command = new Command("kubeconfig", "Print the path of the cluster's kubeconfig.") { ClusterArguments.Name, ClusterArguments.DataDir };
        command.SetAction(arguments => Console.WriteLine(ClusterArguments.Existing(arguments).Kubeconfig));
        return command;
    }
}
