using System.CommandLine;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead version`.</summary>
public static class VersionCommand
{
    /// <summary>The Kubernetes version whose API and behaviour are served.</summary>
    public const string Kubernetes = "v1.33.0";

    /// <summary>The program's own version.</summary>
    public static string Own => typeof(VersionCommand).Assembly.GetName().Version!.ToString(3);

    public static Command Create()
    {
        var command = new Command("version", "Print the version.");
        command.SetAction(_ => Console.WriteLine($"fairlead {Own} (Kubernetes {Kubernetes}, .NET {Environment.Version})"));
        return command;
    }
}
