using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>The addresses that stand behind a Service, in the older form; EndpointSlice takes its place.</summary>
[Kind("", "v1", "endpoints")]
public sealed record Endpoints : KubeObject
{
    /// <summary>Sets of addresses and ports; the endpoints are the union of each set's combinations.</summary>
    [Proto(2), Atomic] public IReadOnlyList<EndpointSubset>? Subsets { get; init; }
}

/// <summary>Addresses that share a set of ports. The endpoints are every address with every port.</summary>
public sealed record EndpointSubset
{
    /// <summary>Addresses that may be used: their Pods are ready.</summary>
    [Proto(1), Atomic] public IReadOnlyList<EndpointAddress>? Addresses { get; init; }

    /// <summary>Addresses that should not be used yet or any more.</summary>
    [Proto(2), Atomic] public IReadOnlyList<EndpointAddress>? NotReadyAddresses { get; init; }

    /// <summary>The ports on these addresses.</summary>
    [Proto(3), Atomic] public IReadOnlyList<EndpointPort>? Ports { get; init; }
}

/// <summary>One address of an Endpoints object.</summary>
[Atomic]
public sealed record EndpointAddress
{
    /// <summary>IPv4 or IPv6 address; not a loopback, link-local or link-local multicast one.</summary>
    [Proto(1), Required] public string Ip { get; init; } = "";

    /// <summary>Host name under which DNS answers for this address.</summary>
    [Proto(3)] public string? Hostname { get; init; }

    /// <summary>The node that the address is on.</summary>
    [Proto(4, Pointer = true)] public string? NodeName { get; init; }

    /// <summary>The object, usually a Pod, that has the address.</summary>
    [Proto(2)] public ObjectReference? TargetRef { get; init; }
}

/// <summary>One port of an Endpoints object.</summary>
[Atomic]
public sealed record EndpointPort
{
    /// <summary>Name of the Service's port; it may be left out only if there is one.</summary>
    [Proto(1)] public string? Name { get; init; }

    /// <summary>The port's number.</summary>
    [Proto(2), Required] public int Port { get; init; }

    /// <summary>TCP, UDP or SCTP; TCP if not given.</summary>
    [Proto(3), Default("\"TCP\""), Values("TCP", "UDP", "SCTP")] public string? Protocol { get; init; }

    /// <summary>The application's protocol, such as kubernetes.io/h2c, as a hint to implementations that understand it.</summary>
    [Proto(4, Pointer = true)] public string? AppProtocol { get; init; }
}
