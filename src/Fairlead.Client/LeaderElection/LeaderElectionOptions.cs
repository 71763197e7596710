namespace Fairlead.Client.LeaderElection;

/// <summary>Which Lease is competed for, and how fast. The times are upstream's defaults.</summary>
/// <param name="Name">The Lease's name, such as kube-scheduler.</param>
/// <param name="Identity">Who this is: different for every process.</param>
public sealed record LeaderElectionOptions(string Name, string Identity)
{
    public string Namespace { get; init; } = "kube-system";

    /// <summary>Who was not seen to renew for so long has lost the Lease. Whole seconds.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The holder who could not renew for so long stops. Less than <see cref="LeaseDuration"/>.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two attempts, to take it or to renew it.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}
