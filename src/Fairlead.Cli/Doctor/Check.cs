using Fairlead.Cli.Cluster;

namespace Fairlead.Cli.Doctor;

/// <summary>One thing that a cluster needs of the machine.</summary>
/// <param name="Name">What is looked at, in two or three words.</param>
/// <param name="Complaint">Gives a sentence about what is wrong and what to do, or null when all is well.</param>
public sealed record Check(string Name, Func<ClusterLayout, string?> Complaint);
