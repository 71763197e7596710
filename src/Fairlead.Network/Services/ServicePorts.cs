using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>Reads what a Service asks for: its addresses, protocols and policies, absent fields at their defaults.</summary>
static class ServicePorts
{
    /// <summary>The protocol of a port; null for one that Services do not carry.</summary>
    public static TransportProtocol? Protocol(string? name) => name switch
    {
        null or "" or "TCP" => TransportProtocol.Tcp,
        "UDP" => TransportProtocol.Udp,
        "SCTP" => TransportProtocol.Sctp,
        _ => null,
    };

    /// <summary>The addresses a Service port is reached by, with the kind and field of each.</summary>
    public static IEnumerable<(Address Address, FrontendKind Kind, string Field)> Addresses(Service service)
    {
        var spec = service.Spec!;
        foreach (var text in spec.ClusterIPs is { Count: > 0 } many ? many : [spec.ClusterIP ?? ""])
        {
            if (Address.TryParse(text, out var address)) yield return (address, FrontendKind.ClusterIP, "spec.clusterIPs");
        }
        foreach (var text in spec.ExternalIPs ?? [])
        {
            if (Address.TryParse(text, out var address)) yield return (address, FrontendKind.ExternalIP, "spec.externalIPs");
        }
        if (spec.Type != "LoadBalancer") yield break;
        foreach (var ingress in service.Status?.LoadBalancer?.Ingress ?? [])
        {
            // ipMode Proxy: the balancer answers on this address itself (KEP-1860).
            if (ingress.IpMode == "Proxy" || !Address.TryParse(ingress.Ip, out var address)) continue;
            yield return (address, FrontendKind.LoadBalancerIP, "status.loadBalancer.ingress");
        }
    }

    /// <summary>The families in which a Service has node ports.</summary>
    public static IEnumerable<bool> NodePortFamilies(ServiceSpec spec) =>
        spec.IpFamilies is { Count: > 0 } families
            ? families.Select(f => f == "IPv6").Distinct()
            : (spec.ClusterIPs is { Count: > 0 } many ? many : [spec.ClusterIP ?? ""])
                .Where(text => Address.TryParse(text, out _)).Select(text => Address.Parse(text).IsIPv6).Distinct();

    public static TimeSpan? Affinity(ServiceSpec spec) =>
        spec.SessionAffinity == "ClientIP" ? TimeSpan.FromSeconds(spec.SessionAffinityConfig?.ClientIP?.TimeoutSeconds ?? 10800) : null;
}
