using System.CommandLine;
using Fairlead.Cli;
using Fairlead.Cli.Commands;
using Fairlead.Linux;
using Fairlead.Store;

var root = new RootCommand("Kubernetes with its network at the centre: a cluster from one command.")
{
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    DoctorCommand.Create(),
    ImageCommand.Create(),
    KubeconfigCommand.Create(),
    KubectlCommand.Create(),
    TraceCommand.Create(),
    TokenCommand.Create(),
    BackupCommand.Create(),
    RestoreCommand.Create(),
    MigrateCommand.Create(),
    VersionCommand.Create(),
    SuperviseCommand.Create(),
    ServerCommand.Create(),
    AgentCommand.Create(),
};

try
{
    if (args is [KubectlCommand.Word, .. var rest]) return await KubectlCommand.RunAsync(rest);
    var asked = root.Parse(CommandLine.Usual(args));
    if (CommandLine.Complaint(asked) is { } complaint) throw new CommandException(complaint);
    return await asked.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // An interrupted `up` removes what it made before it ends.
        ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
    });
}
catch (CommandException failure)
{
    await Console.Error.WriteLineAsync("fairlead: " + failure.Message);
    return 1;
}
catch (StoreUnavailableException failure)
{
    await Console.Error.WriteLineAsync($"fairlead: {failure.Message.TrimEnd('.')}.");
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("fairlead: interrupted");
    return 130;
}
catch (Exception fault) when (fault is LinuxException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"fairlead: {fault.Message.TrimEnd('.')}. Run ./fairlead doctor to see what this machine lacks.");
    return 1;
}
