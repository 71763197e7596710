using Fairlead.Cli.Cluster;

namespace Fairlead.Cli.Doctor;

/// <summary>All checks together.</summary>
public static class Examination
{
    /// <summary>Each check with its complaint, null where all is well. Nothing is started or changed.</summary>
    public static IReadOnlyList<(string Name, string? Complaint)> Run(ClusterLayout layout) =>
        [.. MachineChecks.All.Concat(NetworkChecks.All).Select(check => (check.Name, check.Complaint(layout)))];

    /// <summary>Refuses to go on where something is missing.</summary>
    /// <exception cref="CommandException">The first complaint.</exception>
    public static void Require(ClusterLayout layout)
    {
        if (Run(layout).FirstOrDefault(r => r.Complaint is not null).Complaint is { } complaint) throw new CommandException(complaint);
    }
}
