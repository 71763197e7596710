using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>The observed state of a Service.</summary>
public sealed record ServiceStatus
{
    /// <summary>What the load balancer offers.</summary>
    [Proto(1)] public LoadBalancerStatus? LoadBalancer { get; init; }

    /// <summary>Aspects of the Service's current state.</summary>
    [Proto(2), ListMap("type")] public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>Where a load balancer can be reached.</summary>
public sealed record LoadBalancerStatus
{
    /// <summary>Points at which traffic for the Service should be sent.</summary>
    [Proto(1), Atomic] public IReadOnlyList<LoadBalancerIngress>? Ingress { get; init; }
}

/// <summary>One point at which a load balancer takes traffic.</summary>
public sealed record LoadBalancerIngress
{
    /// <summary>Its address, for balancers known by address.</summary>
    [Proto(1)] public string? Ip { get; init; }

    /// <summary>Its host name, for balancers known by name.</summary>
    [Proto(2)] public string? Hostname { get; init; }

    /// <summary>VIP if traffic arrives at a node with the balancer's address as destination, Proxy if with the node's or Pod's.</summary>
    [Proto(3, Pointer = true)] public string? IpMode { get; init; }

    /// <summary>State of the Service's ports at this point.</summary>
    [Proto(4), Atomic] public IReadOnlyList<PortStatus>? Ports { get; init; }
}

/// <summary>The state of one port at a load balancer.</summary>
public sealed record PortStatus
{
    /// <summary>Number of the Service port.</summary>
    [Proto(1), Required, Zero] public int Port { get; init; }

    /// <summary>Protocol of the Service port: TCP, UDP or SCTP.</summary>
    [Proto(2), Required, Zero] public string Protocol { get; init; } = "";

    /// <summary>What went wrong with the port, as a CamelCase word or a name with a domain prefix.</summary>
    [Proto(3, Pointer = true)] public string? Error { get; init; }
}
