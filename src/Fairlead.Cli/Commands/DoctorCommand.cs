using System.CommandLine;
using Fairlead.Cli.Cluster;
using Fairlead.Cli.Doctor;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead doctor`: says whether a cluster can run here, without starting anything.</summary>
public static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Check whether this machine can run a cluster.") { ClusterArguments.Name, ClusterArguments.DataDir };
        foreach (var option in ClusterArguments.Shape) command.Options.Add(option);
        command.SetAction(arguments =>
        {
            var results = Examination.Run(ClusterLayout.Of(ClusterArguments.Read(arguments)));
            foreach (var (name, complaint) in results) Console.WriteLine(complaint is null ? $"✓ {name}" : $"✗ {name}: {complaint}");
            return results.Any(r => r.Complaint is not null) ? 1 : 0;
        });
        return command;
    }
}
