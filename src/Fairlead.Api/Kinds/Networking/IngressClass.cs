using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Networking.V1;

/// <summary>Names a controller of Ingresses. The annotation ingressclass.kubernetes.io/is-default-class makes it the default.</summary>
[Kind("networking.k8s.io", "v1", "ingressclasses", Namespaced = false)]
public sealed record IngressClass : KubeObject
{
    /// <summary>The controller and its parameters.</summary>
    [Proto(2)] public IngressClassSpec? Spec { get; init; }
}

/// <summary>The controller of a class.</summary>
public sealed record IngressClassSpec
{
    /// <summary>Name of the controller, such as example.com/ingress. It cannot be changed.</summary>
    [Proto(1)] public string? Controller { get; init; }

    /// <summary>An object with the controller's settings.</summary>
    [Proto(2)] public IngressClassParametersReference? Parameters { get; init; }
}

/// <summary>Names an object with settings of a controller.</summary>
public sealed record IngressClassParametersReference
{
    /// <summary>API group of the object; absent for the core group.</summary>
    [Proto(1, Pointer = true)] public string? ApiGroup { get; init; }

    /// <summary>Kind of the object.</summary>
    [Proto(2), Required] public string Kind { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Proto(3), Required] public string Name { get; init; } = "";

    /// <summary>Cluster (if not given) or Namespace.</summary>
    [Proto(4, Pointer = true)] public string? Scope { get; init; }

    /// <summary>Namespace of the object, for scope Namespace.</summary>
    [Proto(5, Pointer = true)] public string? Namespace { get; init; }
}
