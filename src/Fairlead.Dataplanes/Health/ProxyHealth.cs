namespace Fairlead.Dataplanes.Health;

/// <summary>How the proxy and its node are, at one moment.</summary>
/// <param name="Healthy">No change has waited too long to be served.</param>
/// <param name="NodeEligible">The node is not about to be deleted.</param>
/// <param name="LastUpdated">When all changes were served last: now, as long as it is healthy.</param>
readonly record struct HealthReport(bool Healthy, bool NodeEligible, DateTimeOffset LastUpdated, DateTimeOffset Now);

/// <summary>
/// Whether what the API says is served: unhealthy when a change has waited longer than <see cref="Timeout"/>. Healthy until
/// the first was served. Safe from any thread.
/// </summary>
sealed class ProxyHealth(TimeProvider time)
{
    readonly Lock gate = new();
    DateTimeOffset? queued, applying, updated;
    bool nodeEligible = true;

    /// <summary>How long a change may wait: twice the sync period.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A change came.</summary>
    public void Queued()
    {
        lock (gate) queued ??= time.GetUtcNow();
    }

    /// <summary>All that came until now is being applied. If it fails, the next attempt is for the same changes.</summary>
    /// <param name="isNodeEligible">See <see cref="Fairlead.Network.Services.NodeEligibility"/>.</param>
    public void Starting(bool isNodeEligible)
    {
        lock (gate)
        {
            applying ??= queued ?? time.GetUtcNow();
            queued = null;
            nodeEligible = isNodeEligible;
        }
    }

    /// <summary>What was being applied is served.</summary>
    public void Applied()
    {
        lock (gate) (applying, updated) = (null, time.GetUtcNow());
    }

    public HealthReport Report()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var waiting = applying ?? queued;
            var healthy = updated is null || waiting is null || now - waiting < Timeout;
            return new(healthy, nodeEligible, healthy ? now : updated!.Value, now);
        }
    }
}
