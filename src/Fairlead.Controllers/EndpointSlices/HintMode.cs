using Fairlead.Api.Core.V1;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>What the endpoints of a Service say about who should use them.</summary>
public enum HintMode
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>spec.trafficDistribution PreferClose or PreferSameZone: the endpoint's own zone (KEP-4444, KEP-3015).</summary>
    Zone,

    /// <summary>spec.trafficDistribution PreferSameNode: the endpoint's own node, and its zone for clients that know zones alone.</summary>
    Node,

    /// <summary>Annotation topology-mode Auto: endpoints for each zone by its share of the CPUs (KEP-2433).</summary>
    Shares,
}

/// <summary>Reads a Service's <see cref="HintMode"/>.</summary>
static class HintModes
{
    const string TopologyMode = "service.kubernetes.io/topology-mode";

    // The older name goes first where both are set.
    const string TopologyAwareHints = "service.kubernetes.io/topology-aware-hints";

    /// <summary>The annotation, older than the field, goes before it.</summary>
    public static HintMode Of(Service service)
    {
        var annotations = service.Metadata.Annotations;
        if ((annotations?.GetValueOrDefault(TopologyAwareHints) ?? annotations?.GetValueOrDefault(TopologyMode)) is "Auto" or "auto") return HintMode.Shares;
        return service.Spec?.TrafficDistribution switch
        {
            "PreferClose" or "PreferSameZone" => HintMode.Zone,
            "PreferSameNode" => HintMode.Node,
            _ => HintMode.None,
        };
    }
}
