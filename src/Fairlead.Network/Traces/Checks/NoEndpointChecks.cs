using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Checks;

/// <summary>Why a Service has no endpoint that anybody could use: ordered checks, of which the first that applies is the cause.</summary>
sealed class NoEndpointChecks(TraceState state, Service service)
{
    readonly ServiceKey key = ClusterSnapshot.KeyOf(service);

    /// <summary>Why the frontend has none.</summary>
    public Finding Why(Frontend frontend)
    {
        var port = service.Spec?.Ports?.FirstOrDefault(p => (frontend.Key.IsNodePort ? p.NodePort : p.Port) == frontend.Key.Port && ServicePorts.Protocol(p.Protocol) == frontend.Key.Protocol);
        return Why(port, frontend.Key.Address.IsIPv6);
    }

    /// <summary>Why a headless Service has no address at all.</summary>
    public Finding WhyHeadless() => Why(null, service.Spec?.IpFamilies is ["IPv6", ..]);

    Finding Why(ServicePort? port, bool ipv6)
    {
        if (service.Spec?.Selector is not { Count: > 0 } selector) return new HandMadeChecks(state, service).Why(port, ipv6);
        var pods = state.Objects.Pods.Where(p => p.Metadata.Namespace == key.Namespace && PodFacts.Matches(selector, p.Metadata.Labels)).ToList();
        if (pods.Count == 0) return new SelectorChecks(state, service, selector).Why();
        var all = service.Spec.PublishNotReadyAddresses == true;
        var usable = pods.Where(p => !PodFacts.HasEnded(p) && p.Metadata.DeletionTimestamp is null && (PodFacts.IsReady(p) || (all && PodFacts.Addresses(p).Any()))).ToList();
        if (usable.Count == 0) return WhyNotReady(pods);
        return Family(usable, ipv6) ?? TargetPort(usable, port) ?? new(KnownCauses.SlicesBehind,
            $"{Words.Count(usable.Count, "Pod")} of Service {key} {(usable.Count == 1 ? "is" : "are")} ready, such as {usable[0].Metadata.Name}, but no EndpointSlice lists {(usable.Count == 1 ? "it" : "them")}.",
            "See whether the endpoint slice controller runs.",
            new("Service", key.Namespace, key.Name, "spec.selector"));
    }

    /// <summary>The cause that most of the Pods have; of as many, the one furthest on the way to being ready.</summary>
    Finding WhyNotReady(List<Pod> pods)
    {
        var causes = pods.Select(p => PodChecks.WhyNotReady(state, p)).GroupBy(f => f.Cause)
            .OrderByDescending(g => g.Count()).ThenByDescending(g => KnownCauses.All.IndexOf(g.Key)).ToList();
        var first = causes[0].First();
        var others = causes.Count == 1 ? "" : $" ({string.Join(", ", causes.Select(c => $"{c.Count()} {c.Key.Reason}"))})";
        return first with { Text = $"{(pods.Count == 1 ? $"The one Pod of Service {key} is not ready" : $"None of the {pods.Count} Pods of Service {key} is ready")}{others}. {first.Text}" };
    }

    Finding? Family(List<Pod> pods, bool ipv6)
    {
        if (pods.Any(p => PodFacts.Addresses(p).Any(a => a.IsIPv6 == ipv6))) return null;
        return new(KnownCauses.PodsLackFamily,
            $"The Pods of Service {key} have no {Words.Family(ipv6)} address, such as {pods[0].Metadata.Name} with {Words.Some(PodFacts.Addresses(pods[0]).Select(a => a.ToString()))}.",
            $"Ask for the Service's {Words.Family(!ipv6)} address, or give the cluster {Words.Family(ipv6)} Pod ranges.",
            new("Service", key.Namespace, key.Name, "spec.ipFamilies"));
    }

    Finding? TargetPort(List<Pod> pods, ServicePort? port)
    {
        if (port?.TargetPort is not { IsString: true } target || ServicePorts.Protocol(port.Protocol) is not { } protocol) return null;
        if (pods.Any(p => TargetPorts.Of(p, target, protocol) is not null)) return null;
        var names = pods.SelectMany(PodFacts.Ports).Where(p => PodFacts.Is(p, protocol)).Select(p => p.Name).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        return new(KnownCauses.TargetPortNameMissing,
            $"Service {key} sends port {port.Port} to the {Words.ProtocolName(protocol)} port called {target}; the containers of its Pods have {(names.Count == 0 ? "no named one" : "only " + Words.Some(names))}.",
            "Correct spec.ports.targetPort, or name the container's port so.",
            new("Service", key.Namespace, key.Name, "spec.ports.targetPort"));
    }
}
