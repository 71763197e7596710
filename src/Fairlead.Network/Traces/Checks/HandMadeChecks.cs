using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Checks;

/// <summary>Why a Service without selector has no endpoint: what somebody made for it, or did not.</summary>
sealed class HandMadeChecks(TraceState state, Service service)
{
    readonly ServiceKey key = ClusterSnapshot.KeyOf(service);

    public Finding Why(ServicePort? port, bool ipv6)
    {
        var slices = state.Objects.Cluster.SlicesOf(key).Values.ToList();
        var endpoints = state.Objects.Endpoints.GetValueOrDefault(key);
        if (slices.Count > 0) return OfSlices(slices, port, ipv6);
        if (endpoints is not null) return OfEndpoints(endpoints);
        if (state.Objects.StraySlices.FirstOrDefault(s => s.Metadata.Namespace == key.Namespace && IsLike(s)) is { } stray)
        {
            return new(KnownCauses.SliceNamesNoService,
                $"EndpointSlice {stray.Metadata.Namespace}/{stray.Metadata.Name} lacks the label {ClusterSnapshot.ServiceNameLabel}={key.Name}, so Service {key} has no endpoint.",
                $"Label the slice {ClusterSnapshot.ServiceNameLabel}={key.Name}.",
                new("EndpointSlice", stray.Metadata.Namespace ?? "", stray.Metadata.Name ?? "", "metadata.labels"));
        }
        return new(KnownCauses.EndpointsMissing, $"Service {key} has no selector, and there is no EndpointSlice or Endpoints object for it.",
            $"Set spec.selector, or make an EndpointSlice with the label {ClusterSnapshot.ServiceNameLabel}={key.Name}.", new("Service", key.Namespace, key.Name, "spec.selector"));
    }

    bool IsLike(EndpointSlice slice) => slice.Metadata.Name?.StartsWith(key.Name, StringComparison.Ordinal) == true || slice.Metadata.Labels?.Values.Contains(key.Name) == true;

    Finding OfSlices(List<EndpointSlice> slices, ServicePort? port, bool ipv6)
    {
        Provenance Of(EndpointSlice slice, string field) => new("EndpointSlice", slice.Metadata.Namespace ?? "", slice.Metadata.Name ?? "", field);
        var name = port?.Name ?? "";
        var family = slices.Where(s => s.AddressType == Words.Family(ipv6)).ToList();
        if (family.Count == 0)
            return new(KnownCauses.PodsLackFamily,
                $"The endpoints of Service {key} are {slices[0].AddressType}, and it was asked for in {Words.Family(ipv6)}.",
                $"Make an EndpointSlice of addressType {Words.Family(ipv6)}.",
                Of(slices[0], "addressType"));
        if (family.All(s => (s.Endpoints ?? []).All(e => e.Addresses is not { Count: > 0 })))
            return new(KnownCauses.EndpointsEmpty,
                $"EndpointSlice {key.Namespace}/{family[0].Metadata.Name} of Service {key} lists no address.",
                "Add the addresses to its endpoints.",
                Of(family[0], "endpoints"));
        var protocol = ServicePorts.Protocol(port?.Protocol);
        if (port is not null && family.All(s => !(s.Ports ?? []).Any(p => (p.Name ?? "") == name && ServicePorts.Protocol(p.Protocol) == protocol)))
        {
            var has = family.SelectMany(s => s.Ports ?? []).Select(p => $"{(string.IsNullOrEmpty(p.Name) ? "without name" : $"\"{p.Name}\"")} ({p.Protocol ?? "TCP"})").Distinct();
            return new(KnownCauses.EndpointPortNameDiffers,
                $"The port {(name.Length == 0 ? "without name" : $"\"{name}\"")} ({port.Protocol ?? "TCP"}) of Service {key} is not in EndpointSlice {family[0].Metadata.Name}: its ports are {Words.Some(has)}.",
                "Give the slice's port the name and protocol of the Service's.",
                Of(family[0], "ports"));
        }
        return new(KnownCauses.EndpointsNotReady,
            $"Every endpoint of EndpointSlice {key.Namespace}/{family[0].Metadata.Name} of Service {key} has the condition ready false.",
            "Set it to true when the endpoint can be used.",
            Of(family[0], "endpoints.conditions.ready"));
    }

    Finding OfEndpoints(Endpoints endpoints)
    {
        var subsets = endpoints.Subsets ?? [];
        Provenance Of(string field) => new("Endpoints", key.Namespace, key.Name, field);
        if (subsets.All(s => s.Addresses is not { Count: > 0 }) && subsets.Any(s => s.NotReadyAddresses is { Count: > 0 }))
            return new(KnownCauses.EndpointsNotReady,
                $"Endpoints {key} list their addresses under notReadyAddresses alone.",
                "Move them to addresses when they can be used.",
                Of("subsets.notReadyAddresses"));
        if (subsets.All(s => s.Addresses is not { Count: > 0 }))
            return new(KnownCauses.EndpointsEmpty, $"Endpoints {key} list no address.", "Add the addresses to subsets.", Of("subsets"));
        return new(KnownCauses.SlicesBehind,
            $"Endpoints {key} list addresses, but no EndpointSlice mirrors them.",
            "See whether the endpoint slice mirroring controller runs, or make the EndpointSlice.",
            Of("subsets"));
    }
}
