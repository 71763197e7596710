using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Discovery.V1;

/// <summary>Some of the endpoints of a Service, all of one address family and with the same ports.</summary>
[Kind("discovery.k8s.io", "v1", "endpointslices")]
public sealed record EndpointSlice : KubeObject
{
    /// <summary>What the addresses are: IPv4, IPv6 or FQDN. It cannot be changed.</summary>
    [Proto(4), Required, Values("IPv4", "IPv6", "FQDN")] public string AddressType { get; init; } = "";

    /// <summary>The endpoints, at most 1000.</summary>
    [Proto(2), Required, Zero, Atomic] public IReadOnlyList<Endpoint>? Endpoints { get; init; }

    /// <summary>The ports that every endpoint of this slice offers, at most 100. Empty means none.</summary>
    [Proto(3), Atomic] public IReadOnlyList<EndpointPort>? Ports { get; init; }
}

/// <summary>One endpoint: usually a Pod.</summary>
public sealed record Endpoint
{
    /// <summary>Addresses of the endpoint, 1 to 100; consumers use the first.</summary>
    [Proto(1), Required, Zero, ListSet] public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>Whether the endpoint is fit for traffic.</summary>
    [Proto(2)] public EndpointConditions? Conditions { get; init; }

    /// <summary>Host name of the endpoint, a DNS label, under which DNS answers for it.</summary>
    [Proto(3, Pointer = true)] public string? Hostname { get; init; }

    /// <summary>The object, usually a Pod, that the endpoint stands for.</summary>
    [Proto(4)] public ObjectReference? TargetRef { get; init; }

    /// <summary>Topology facts of the endpoint that were written in v1beta1 and have no field here. Read-only.</summary>
    [Proto(5)] public IReadOnlyDictionary<string, string>? DeprecatedTopology { get; init; }

    /// <summary>The node that the endpoint is on.</summary>
    [Proto(6, Pointer = true)] public string? NodeName { get; init; }

    /// <summary>The zone that the endpoint is in.</summary>
    [Proto(7, Pointer = true)] public string? Zone { get; init; }

    /// <summary>Advice on who should use the endpoint.</summary>
    [Proto(8)] public EndpointHints? Hints { get; init; }
}

/// <summary>The state of an endpoint.</summary>
public sealed record EndpointConditions
{
    /// <summary>True if the endpoint takes traffic: serving and not terminating, or the Service publishes all. Absent counts as true.</summary>
    [Proto(1, Pointer = true)] public bool? Ready { get; init; }

    /// <summary>True if the endpoint can still answer, even while it terminates. Absent counts as ready.</summary>
    [Proto(2, Pointer = true)] public bool? Serving { get; init; }

    /// <summary>True if the endpoint is going away. Absent counts as false.</summary>
    [Proto(3, Pointer = true)] public bool? Terminating { get; init; }
}

/// <summary>Advice on which clients should use an endpoint.</summary>
public sealed record EndpointHints
{
    /// <summary>Zones whose clients should use the endpoint, at most 8.</summary>
    [Proto(1), Atomic] public IReadOnlyList<ForZone>? ForZones { get; init; }

    /// <summary>Nodes whose clients should use the endpoint, at most 8.</summary>
    [Proto(2), Atomic] public IReadOnlyList<ForNode>? ForNodes { get; init; }
}

/// <summary>A zone that an endpoint is meant for.</summary>
public sealed record ForZone
{
    /// <summary>Name of the zone.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";
}

/// <summary>A node that an endpoint is meant for.</summary>
public sealed record ForNode
{
    /// <summary>Name of the node.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";
}

/// <summary>A port of an EndpointSlice.</summary>
[Atomic]
public sealed record EndpointPort
{
    /// <summary>Name of the port, a DNS label or empty; unique in the slice.</summary>
    [Proto(1, Pointer = true), Default("\"\"")] public string? Name { get; init; }

    /// <summary>TCP, UDP or SCTP; TCP if not given.</summary>
    [Proto(2, Pointer = true), Default("\"TCP\""), Values("TCP", "UDP", "SCTP")] public string? Protocol { get; init; }

    /// <summary>The port's number. Absent means that the consumer decides.</summary>
    [Proto(3, Pointer = true)] public int? Port { get; init; }

    /// <summary>The application's protocol, such as kubernetes.io/h2c, as a hint to implementations that understand it.</summary>
    [Proto(4, Pointer = true)] public string? AppProtocol { get; init; }
}
