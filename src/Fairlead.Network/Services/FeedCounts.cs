namespace Fairlead.Network.Services;

/// <summary>Events of a feed that Services are resolved from, by what they were about.</summary>
public readonly record struct FeedCounts(long Services, long EndpointSlices)
{
    public FeedCounts Plus(FeedCounts other) => new(Services + other.Services, EndpointSlices + other.EndpointSlices);
}
