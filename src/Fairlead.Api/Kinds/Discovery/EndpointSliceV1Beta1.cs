using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Discovery.V1Beta1;

/// <summary>Some of the endpoints of a Service, all of one address family and with the same ports. Use discovery.k8s.io/v1.</summary>
[Kind("discovery.k8s.io", "v1beta1", "endpointslices")]
public sealed record EndpointSlice : KubeObject
{
    /// <summary>What the addresses are: IPv4, IPv6 or FQDN. It cannot be changed.</summary>
    [Proto(4), Required, Values("IPv4", "IPv6", "FQDN")] public string AddressType { get; init; } = "";

    /// <summary>The endpoints, at most 1000.</summary>
    [Proto(2), Required, Zero, Atomic] public IReadOnlyList<Endpoint>? Endpoints { get; init; }

    /// <summary>The ports that every endpoint of this slice offers, at most 100. Empty means none.</summary>
    [Proto(3), Atomic] public IReadOnlyList<V1.EndpointPort>? Ports { get; init; }
}

/// <summary>One endpoint: usually a Pod.</summary>
public sealed record Endpoint
{
    /// <summary>Addresses of the endpoint, 1 to 100; consumers use the first.</summary>
    [Proto(1), Required, Zero, ListSet] public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>Whether the endpoint is fit for traffic.</summary>
    [Proto(2)] public V1.EndpointConditions? Conditions { get; init; }

    /// <summary>Host name of the endpoint, a DNS label, under which DNS answers for it.</summary>
    [Proto(3, Pointer = true)] public string? Hostname { get; init; }

    /// <summary>The object, usually a Pod, that the endpoint stands for.</summary>
    [Proto(4)] public ObjectReference? TargetRef { get; init; }

    /// <summary>Where the endpoint is: kubernetes.io/hostname is its node, topology.kubernetes.io/zone its zone.</summary>
    [Proto(5)] public IReadOnlyDictionary<string, string>? Topology { get; init; }

    /// <summary>The node that the endpoint is on.</summary>
    [Proto(6, Pointer = true)] public string? NodeName { get; init; }

    /// <summary>Advice on who should use the endpoint.</summary>
    [Proto(7)] public V1.EndpointHints? Hints { get; init; }
}
