using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Network.Traces.Legs;

/// <summary>Tells of ready endpoints that a node's table leaves out, and of those that serve although none is ready.</summary>
static class LeftOut
{
    public static void Tell(TraceState state, string node, Trace walk)
    {
        if (walk.Frontend is not { } frontend || walk.Outcomes is not [{ Kind: OutcomeKind.Forward }, ..]) return;
        var family = Words.Family(frontend.Key.Address.IsIPv6);
        var endpoints = state.Objects.Cluster.SlicesOf(frontend.Service).Values.Where(s => s.AddressType == family).SelectMany(s => s.Endpoints ?? []).ToList();
        var ready = Addresses(endpoints.Where(e => e.Conditions?.Ready ?? true));
        var chosen = walk.Outcomes.Select(o => o.Backend!.Address).ToHashSet();
        Provenance Of(string field) => new("Service", frontend.Service.Namespace, frontend.Service.Name, field);
        var external = frontend.Kind != FrontendKind.ClusterIP;
        var spec = state.Objects.Cluster.Services[frontend.Service].Spec!;
        if (!chosen.Overlaps(ready))
        {
            state.Log.Add("policy", node, $"no endpoint that it may take is ready: {Words.Count(chosen.Count, "endpoint")} that {(chosen.Count == 1 ? "serves" : "serve")} while terminating", frontend.Provenance);
        }
        else if (chosen.Count < ready.Count)
        {
            var policy = external ? "externalTrafficPolicy" : "internalTrafficPolicy";
            var local = (external ? spec.ExternalTrafficPolicy : spec.InternalTrafficPolicy) == "Local";
            var (why, field) = local ? ($"spec.{policy} is Local", "spec." + policy)
                : string.IsNullOrEmpty(spec.TrafficDistribution) ? ("hints in its EndpointSlices keep traffic near", "metadata.annotations")
                : ($"spec.trafficDistribution is {spec.TrafficDistribution}", "spec.trafficDistribution");
            state.Log.Add("policy", node, $"{chosen.Count} of {ready.Count} ready endpoints: {why}", Of(field));
        }
    }

    static HashSet<Address> Addresses(IEnumerable<Endpoint> endpoints) =>
        [.. endpoints.Select(e => e.Addresses is [var first, ..] ? first : "").Where(t => Address.TryParse(t, out _)).Select(Address.Parse)];
}
