namespace Fairlead.PodNetwork.Announcements;

/// <summary>Start-up options of <see cref="AddressAnnouncer"/>.</summary>
public sealed record AnnouncerOptions
{
    public required string NodeName { get; init; }

    /// <summary>The link, such as eth0, on which clients outside of the cluster reach the node.</summary>
    public required string Link { get; init; }
}
