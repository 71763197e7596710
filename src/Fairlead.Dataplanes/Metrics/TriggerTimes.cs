using System.Globalization;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Metrics;

/// <summary>
/// The times of the changes that EndpointSlices were written for (a Pod that became ready, for example), until they are
/// served. Owned by the applying loop.
/// </summary>
/// <param name="since">Changes before it, which others were to serve, don't count.</param>
sealed class TriggerTimes(DateTimeOffset since)
{
    const string Annotation = "endpoints.kubernetes.io/last-change-trigger-time";

    readonly List<DateTimeOffset> waiting = [];
    ClusterSnapshot before = new();

    /// <summary>Notes those of the slices that changed.</summary>
    public void Note(ClusterSnapshot now, IEnumerable<ServiceKey> changed)
    {
        foreach (var service in changed)
        {
            var old = before.SlicesOf(service);
            foreach (var (name, slice) in now.SlicesOf(service))
            {
                var text = TextOf(slice);
                if (text is not null && text != TextOf(old.GetValueOrDefault(name))
                    && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time >= since) waiting.Add(time);
            }
        }
        before = now;
    }

    /// <summary>Those that are served now.</summary>
    public IReadOnlyList<DateTimeOffset> Take()
    {
        DateTimeOffset[] taken = [.. waiting];
        waiting.Clear();
        return taken;
    }

    static string? TextOf(EndpointSlice? slice) => slice?.Metadata.Annotations?.GetValueOrDefault(Annotation);
}
