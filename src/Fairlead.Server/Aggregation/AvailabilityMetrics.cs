using System.Collections.Concurrent;
using Fairlead.Client.Metrics;

namespace Fairlead.Server.Aggregation;

/// <summary>What /metrics says of other API servers, with upstream's names (kube-aggregator, pkg/controllers/status/metrics). For any thread.</summary>
public sealed class AvailabilityMetrics
{
    readonly ConcurrentDictionary<string, bool> available = new(StringComparer.Ordinal);
    readonly Counters<(string Name, string Reason)> losses = new();

    /// <summary>An APIService was looked at.</summary>
    /// <param name="before">True if it was available until now.</param>
    public void Observed(string name, bool before, RemoteFindings found)
    {
        ArgumentNullException.ThrowIfNull(found);
        available[name] = found.Passed;
        if (before && !found.Passed) losses.Increment((name, found.Reason));
    }

    /// <summary>The APIService is gone, or no longer another server's.</summary>
    public void Forget(string name) => available.TryRemove(name, out _);

    public void Write(MetricText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Family("aggregator_unavailable_apiservice", "gauge", "APIServices that are marked as unavailable, by name.");
        foreach (var (name, isAvailable) in available) text.Sample(isAvailable ? 0 : 1, [("name", name)]);
        text.Family("aggregator_unavailable_apiservice_total", "counter", "How often an APIService became unavailable, by name and reason.");
        foreach (var ((name, reason), count) in losses) text.Sample(count, [("name", name), ("reason", reason)]);
    }
}
