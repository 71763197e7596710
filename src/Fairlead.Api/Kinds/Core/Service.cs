using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A name and an address that stay, in front of Pods that come and go.</summary>
[Kind("", "v1", "services")]
public sealed record Service : KubeObject
{
    /// <summary>How the Service is to be reached and which Pods stand behind it.</summary>
    [Proto(2), Default("{}")] public ServiceSpec? Spec { get; init; }

    /// <summary>What was made for the Service outside the cluster.</summary>
    [Proto(3)] public ServiceStatus? Status { get; init; }
}

/// <summary>The desired state of a Service.</summary>
public sealed record ServiceSpec
{
    /// <summary>The ports that the Service offers.</summary>
    [Proto(1), ListMap("port", "protocol")] public IReadOnlyList<ServicePort>? Ports { get; init; }

    /// <summary>Labels of the Pods that traffic goes to. Without one, someone else keeps the endpoints.</summary>
    [Proto(2), Atomic] public IReadOnlyDictionary<string, string>? Selector { get; init; }

    /// <summary>The Service's address inside the cluster: one given, one chosen by the server, or None for a headless Service.</summary>
    [Proto(3)] public string? ClusterIP { get; init; }

    /// <summary>All cluster addresses, at most one of each family; the first is clusterIP.</summary>
    [Proto(18), Atomic] public IReadOnlyList<string>? ClusterIPs { get; init; }

    /// <summary>ClusterIP, NodePort, LoadBalancer or ExternalName; ClusterIP if not given.</summary>
    [Proto(4), Values("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")] public string? Type { get; init; }

    /// <summary>Further addresses, brought to the nodes by someone else, at which nodes accept traffic for this Service.</summary>
    [Proto(5), Atomic] public IReadOnlyList<string>? ExternalIPs { get; init; }

    /// <summary>ClientIP keeps a client with one Pod, None does not; None if not given.</summary>
    [Proto(7), Values("ClientIP", "None")] public string? SessionAffinity { get; init; }

    /// <summary>A wished-for address of the load balancer; deprecated, and honoured only where the provider knows it.</summary>
    [Proto(8)] public string? LoadBalancerIP { get; init; }

    /// <summary>Client ranges that the load balancer lets in, where the provider supports it.</summary>
    [Proto(9), Atomic] public IReadOnlyList<string>? LoadBalancerSourceRanges { get; init; }

    /// <summary>The DNS name that an ExternalName Service stands for, given as a CNAME. No traffic is proxied.</summary>
    [Proto(10)] public string? ExternalName { get; init; }

    /// <summary>Cluster: traffic from outside may go to any node's Pods. Local: only to those on the node it reached, and the client's address is kept.</summary>
    [Proto(11), Values("Cluster", "Local")] public string? ExternalTrafficPolicy { get; init; }

    /// <summary>Port at which a load balancer asks a node whether it has Pods of this Service, under policy Local.</summary>
    [Proto(12)] public int? HealthCheckNodePort { get; init; }

    /// <summary>True if DNS gives addresses of Pods that are not ready too, as peers of a StatefulSet need to find one another.</summary>
    [Proto(13)] public bool? PublishNotReadyAddresses { get; init; }

    /// <summary>Settings of the session affinity.</summary>
    [Proto(14)] public SessionAffinityConfig? SessionAffinityConfig { get; init; }

    /// <summary>The address families in order: IPv4, IPv6 or both. The server fills it in.</summary>
    [Proto(19), Atomic] public IReadOnlyList<string>? IpFamilies { get; init; }

    /// <summary>SingleStack, PreferDualStack or RequireDualStack.</summary>
    [Proto(17, Pointer = true), Values("SingleStack", "PreferDualStack", "RequireDualStack")] public string? IpFamilyPolicy { get; init; }

    /// <summary>False if a LoadBalancer Service needs no node ports; true if not given.</summary>
    [Proto(20, Pointer = true)] public bool? AllocateLoadBalancerNodePorts { get; init; }

    /// <summary>The load balancer implementation that the Service belongs to; the default one if not given. It is set once.</summary>
    [Proto(21, Pointer = true)] public string? LoadBalancerClass { get; init; }

    /// <summary>Cluster: traffic from Pods may go to any node's Pods. Local: only to those on the sender's node.</summary>
    [Proto(22, Pointer = true), Values("Cluster", "Local")] public string? InternalTrafficPolicy { get; init; }

    /// <summary>A wish for where traffic goes, such as PreferClose for endpoints near the client.</summary>
    [Proto(23, Pointer = true)] public string? TrafficDistribution { get; init; }
}

/// <summary>One port of a Service.</summary>
public sealed record ServicePort
{
    /// <summary>Name of the port, a DNS label; it may be left out only if there is one port.</summary>
    [Proto(1)] public string? Name { get; init; }

    /// <summary>TCP, UDP or SCTP; TCP if not given.</summary>
    [Proto(2), Default("\"TCP\""), Values("TCP", "UDP", "SCTP")] public string? Protocol { get; init; }

    /// <summary>The application's protocol, such as kubernetes.io/h2c, as a hint to implementations that understand it.</summary>
    [Proto(6, Pointer = true)] public string? AppProtocol { get; init; }

    /// <summary>The port at the Service's address.</summary>
    [Proto(3), Required, Zero] public int Port { get; init; }

    /// <summary>The port at the Pods: a number, or the name of a container port. The same as port if not given.</summary>
    [Proto(4)] public IntOrString? TargetPort { get; init; }

    /// <summary>The port at every node, for types NodePort and LoadBalancer. Chosen by the server if not given.</summary>
    [Proto(5)] public int? NodePort { get; init; }
}

/// <summary>Settings of session affinity.</summary>
public sealed record SessionAffinityConfig
{
    /// <summary>Settings of affinity by the client's address.</summary>
    [Proto(1)] public ClientIPConfig? ClientIP { get; init; }
}

/// <summary>Settings of affinity by the client's address.</summary>
public sealed record ClientIPConfig
{
    /// <summary>Seconds that a client stays with its Pod: 1 to 86400, three hours if not given.</summary>
    [Proto(1, Pointer = true)] public int? TimeoutSeconds { get; init; }
}
