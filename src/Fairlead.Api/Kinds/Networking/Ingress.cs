using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Networking.V1;

/// <summary>Says which Service answers HTTP requests from outside, by host and path.</summary>
[Kind("networking.k8s.io", "v1", "ingresses")]
public sealed record Ingress : KubeObject
{
    /// <summary>The hosts, paths and backends.</summary>
    [Proto(2), Default("{}")] public IngressSpec? Spec { get; init; }

    /// <summary>Where the requests are taken.</summary>
    [Proto(3)] public IngressStatus? Status { get; init; }
}

/// <summary>The hosts, paths and backends of an Ingress.</summary>
public sealed record IngressSpec
{
    /// <summary>Name of the IngressClass whose controller serves this Ingress.</summary>
    [Proto(4, Pointer = true)] public string? IngressClassName { get; init; }

    /// <summary>What answers requests that no rule matches.</summary>
    [Proto(1)] public IngressBackend? DefaultBackend { get; init; }

    /// <summary>Certificates, chosen by the name in the TLS handshake.</summary>
    [Proto(2), Atomic] public IReadOnlyList<IngressTLS>? Tls { get; init; }

    /// <summary>The rules; a request that none matches goes to defaultBackend.</summary>
    [Proto(3), Atomic] public IReadOnlyList<IngressRule>? Rules { get; init; }
}

/// <summary>A certificate and the hosts that it is for.</summary>
public sealed record IngressTLS
{
    /// <summary>The hosts; the certificate's own if absent.</summary>
    [Proto(1), Atomic] public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>Name of the Secret with tls.crt and tls.key.</summary>
    [Proto(2)] public string? SecretName { get; init; }
}

/// <summary>The paths of one host.</summary>
public sealed record IngressRule
{
    /// <summary>The host, exact or with * as its first label; all hosts if absent.</summary>
    [Proto(1)] public string? Host { get; init; }

    /// <summary>The paths and their backends.</summary>
    [Proto(2, 1)] public HTTPIngressRuleValue? Http { get; init; }
}

/// <summary>Paths and their backends.</summary>
public sealed record HTTPIngressRuleValue
{
    /// <summary>The paths; the longest that matches is taken.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<HTTPIngressPath>? Paths { get; init; }
}

/// <summary>A path and its backend.</summary>
public sealed record HTTPIngressPath
{
    /// <summary>The path; begins with / for the types Exact and Prefix.</summary>
    [Proto(1)] public string? Path { get; init; }

    /// <summary>Exact: the same path. Prefix: these elements of it. ImplementationSpecific: as the controller likes.</summary>
    [Proto(3, Pointer = true), Required] public string? PathType { get; init; }

    /// <summary>What answers.</summary>
    [Proto(2), Required] public IngressBackend? Backend { get; init; }
}

/// <summary>What answers: a Service, or another object of the namespace.</summary>
public sealed record IngressBackend
{
    /// <summary>A Service.</summary>
    [Proto(4)] public IngressServiceBackend? Service { get; init; }

    /// <summary>An object that the controller knows; not beside service.</summary>
    [Proto(3)] public TypedLocalObjectReference? Resource { get; init; }
}

/// <summary>A port of a Service.</summary>
public sealed record IngressServiceBackend
{
    /// <summary>Name of the Service, in the same namespace.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>The port.</summary>
    [Proto(2)] public ServiceBackendPort? Port { get; init; }
}

/// <summary>A port by name or by number.</summary>
[Atomic]
public sealed record ServiceBackendPort
{
    /// <summary>Name of the port; not beside number.</summary>
    [Proto(1)] public string? Name { get; init; }

    /// <summary>Number of the port; not beside name.</summary>
    [Proto(2)] public int? Number { get; init; }
}

/// <summary>The observed state of an Ingress.</summary>
public sealed record IngressStatus
{
    /// <summary>Where the requests are taken.</summary>
    [Proto(1)] public IngressLoadBalancerStatus? LoadBalancer { get; init; }
}

/// <summary>Where the requests of an Ingress are taken.</summary>
public sealed record IngressLoadBalancerStatus
{
    /// <summary>The points, each by address or by name.</summary>
    [Proto(1), Atomic] public IReadOnlyList<IngressLoadBalancerIngress>? Ingress { get; init; }
}

/// <summary>One point where requests are taken.</summary>
public sealed record IngressLoadBalancerIngress
{
    /// <summary>Its address.</summary>
    [Proto(1)] public string? Ip { get; init; }

    /// <summary>Its name.</summary>
    [Proto(2)] public string? Hostname { get; init; }

    /// <summary>Its ports.</summary>
    [Proto(4), Atomic] public IReadOnlyList<IngressPortStatus>? Ports { get; init; }
}

/// <summary>One port where requests are taken.</summary>
public sealed record IngressPortStatus
{
    /// <summary>Number of the port.</summary>
    [Proto(1), Required, Zero] public int Port { get; init; }

    /// <summary>TCP, UDP or SCTP.</summary>
    [Proto(2), Required, Zero] public string Protocol { get; init; } = "";

    /// <summary>Why the port does not work, as one CamelCase word or a qualified name.</summary>
    [Proto(3, Pointer = true)] public string? Error { get; init; }
}
