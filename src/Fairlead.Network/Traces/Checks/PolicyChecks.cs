using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Checks;

/// <summary>Why a Service that has endpoints gives this sender none.</summary>
static class PolicyChecks
{
    public static Finding SourceRanges(Frontend frontend, Address source) => new(KnownCauses.SourceRangesExclude,
        $"{source} is in none of the ranges that Service {frontend.Service} lets in: {string.Join(", ", frontend.SourceRanges)}.",
        "Add the sender's range to spec.loadBalancerSourceRanges, or ask for another of the Service's addresses.",
        new("Service", frontend.Service.Namespace, frontend.Service.Name, "spec.loadBalancerSourceRanges"));

    public static Finding LocalPolicy(TraceState state, Service service, Frontend frontend, string node)
    {
        var field = frontend.Kind == FrontendKind.ClusterIP ? "internalTrafficPolicy" : "externalTrafficPolicy";
        var others = state.Objects.Cluster.SlicesOf(frontend.Service).Values.SelectMany(s => s.Endpoints ?? [])
            .Where(e => e.Conditions?.Ready ?? true).Select(e => e.NodeName).OfType<string>().Distinct().Where(n => n != node).Order(StringComparer.Ordinal).ToList();
        return new(KnownCauses.LocalPolicyWithoutLocalEndpoint,
            $"Service {frontend.Service} has spec.{field} Local and no ready endpoint on {node}{(others.Count == 0 ? "" : $"; it has some on {Words.Some(others)}")}.",
            $"Run one of its Pods on {node}, ask another node, or set spec.{field} of {service.Metadata.Name} to Cluster.",
            new("Service", frontend.Service.Namespace, frontend.Service.Name, "spec." + field));
    }
}
