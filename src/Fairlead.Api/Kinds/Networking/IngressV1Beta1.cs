using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Networking.V1Beta1;

/// <summary>Says which Service answers HTTP requests from outside, by host and path. Use networking.k8s.io/v1.</summary>
[Kind("networking.k8s.io", "v1beta1", "ingresses")]
public sealed record Ingress : KubeObject
{
    /// <summary>The hosts, paths and backends.</summary>
    [Proto(2)] public IngressSpec? Spec { get; init; }

    /// <summary>Where the requests are taken.</summary>
    [Proto(3)] public V1.IngressStatus? Status { get; init; }
}

/// <summary>The hosts, paths and backends of an Ingress.</summary>
public sealed record IngressSpec
{
    /// <summary>Name of the IngressClass whose controller serves this Ingress.</summary>
    [Proto(4, Pointer = true)] public string? IngressClassName { get; init; }

    /// <summary>What answers requests that no rule matches.</summary>
    [Proto(1)] public IngressBackend? Backend { get; init; }

    /// <summary>Certificates, chosen by the name in the TLS handshake.</summary>
    [Proto(2), Atomic] public IReadOnlyList<V1.IngressTLS>? Tls { get; init; }

    /// <summary>The rules; a request that none matches goes to backend.</summary>
    [Proto(3), Atomic] public IReadOnlyList<IngressRule>? Rules { get; init; }
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

    /// <summary>Exact: the same path. Prefix: these elements of it. ImplementationSpecific, the default: as the controller likes.</summary>
    [Proto(3, Pointer = true), Default("\"ImplementationSpecific\"")] public string? PathType { get; init; }

    /// <summary>What answers.</summary>
    [Proto(2), Required] public IngressBackend? Backend { get; init; }
}

/// <summary>What answers: a Service, or another object of the namespace.</summary>
public sealed record IngressBackend
{
    /// <summary>Name of the Service, in the same namespace.</summary>
    [Proto(1)] public string? ServiceName { get; init; }

    /// <summary>Port of the Service, by number or by name.</summary>
    [Proto(2)] public IntOrString? ServicePort { get; init; }

    /// <summary>An object that the controller knows; not beside a Service.</summary>
    [Proto(3)] public TypedLocalObjectReference? Resource { get; init; }
}

/// <summary>Names a controller of Ingresses. Use networking.k8s.io/v1, which is the same.</summary>
[Kind("networking.k8s.io", "v1beta1", "ingressclasses", Namespaced = false)]
public sealed record IngressClass : KubeObject
{
    /// <summary>The controller and its parameters.</summary>
    [Proto(2)] public V1.IngressClassSpec? Spec { get; init; }
}
