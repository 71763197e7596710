using Fairlead.Api.Discovery.V1;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>A slice while it is decided what it will hold: one that is there, or a new one.</summary>
/// <param name="existing">The slice as it is now; null for a new one.</param>
sealed class SliceDraft(EndpointSlice? existing, IReadOnlyList<EndpointPort> ports, IReadOnlyDictionary<string, string> labels)
{
    public EndpointSlice? Existing => existing;
    public IReadOnlyList<EndpointPort> Ports => ports;
    public List<Endpoint> Endpoints { get; } = [];

    /// <summary>Whether what it is to hold differs from what it holds.</summary>
    public bool Differs => existing is null || !SameLabels(existing.Metadata.Labels) || !SameEndpoints(existing.Endpoints ?? []);

    bool SameLabels(IReadOnlyDictionary<string, string>? now) =>
        now?.Count == labels.Count && labels.All(l => now.GetValueOrDefault(l.Key) == l.Value);

    bool SameEndpoints(IReadOnlyList<Endpoint> now) => now.Count == Endpoints.Count && now.Zip(Endpoints).All(pair => Same(pair.First, pair.Second));

    static bool Same(Endpoint a, Endpoint b) =>
        a.Addresses!.SequenceEqual(b.Addresses!) && a.Conditions == b.Conditions && a.Hostname == b.Hostname
        && a.NodeName == b.NodeName && a.Zone == b.Zone && a.TargetRef?.Uid == b.TargetRef?.Uid
        && (a.Hints?.ForZones ?? []).SequenceEqual(b.Hints?.ForZones ?? []) && (a.Hints?.ForNodes ?? []).SequenceEqual(b.Hints?.ForNodes ?? []);
}
